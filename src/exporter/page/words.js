const MEANINGS = {
  ok: 'accepted',
  'session-dead': 'says that the session is gone',
  'session-missing': 'says that the session id is missing',
  'already-initialized': 'says that the session is already initialized',
  'sse-conflict': 'says that a stream is already open',
  version: 'refuses the protocol version',
  capacity: 'has no room for another session',
  'method-missing': 'does not know the method',
  auth: 'refuses the login',
  other: 'refused, without a reason that tells of the session',
  unanswered: 'no answer was seen',
};

const SIDES_AT_FAULT = {
  server: 'Server at fault',
  client: 'Client at fault',
  infrastructure: 'Infrastructure at fault',
};

const SEVERITIES = {
  critical: 'Critical: users are cut off',
  high: 'High: users are cut off soon or in part',
  medium: 'Medium: it costs',
};

const CAUSES = {
  deleted: 'ended by its client',
  expired: 'rested too long',
  restart: 'lost in a restart',
  'other-replica': 'on another replica',
  'never-issued': 'never issued here',
};

const OUTCOMES = {
  reinitialized: 'began anew',
  'served-again': 'served again',
  'reused-dead-id': 'went on with the dead id',
  headerless: 'went on without an id',
  untold: 'went on, not told by a 404',
  refused: 'could not begin anew',
  'not-seen-again': 'not seen again',
};

const VERDICTS = {
  passed: 'passed',
  failed: 'failed',
  'not-applicable': 'n/a',
  skipped: 'not seen',
};

/** Who can be at fault, for a choice. */
export const SIDES = [
  ['server', 'server'],
  ['client', 'client'],
  ['infrastructure', 'infrastructure'],
];

/** From where something was seen. */
export const SEEN_FROM = { server: 'at the server', client: 'at the client', proxy: 'in between' };

const PHASES = { live: 'Active', dead: 'Dead', ended: 'Ended' };

/** What an answer means, in words. */
export function meaningWords(meaning) {
  return MEANINGS[meaning] ?? meaning;
}

/** Who has to act. */
export function sideWords(side) {
  return SIDES_AT_FAULT[side] ?? side;
}

/** How much it hurts. */
export function severityWords(severity) {
  return SEVERITIES[severity] ?? severity;
}

/** Where a session stands. */
export function phaseWords({ phase, cause, atFault }) {
  const words = PHASES[phase] ?? phase;
  const why = causeWords(cause);
  const told = why === '' ? words : `${words}: ${why}`;
  return atFault ? `${told}, with a fault` : told;
}

/** A client family as a person names it, and the gateway through which it came. */
export function clientWords({ family, via = 'none' }) {
  const product = family === 'other' ? 'unknown product' : family;
  if (via === 'none') return product;
  return `${product} via ${via === 'other' ? 'an unknown gateway' : via}`;
}

/** Why a session was lost; nothing where that is not known. */
export function causeWords(cause) {
  return CAUSES[cause] ?? '';
}

/** What became of a lost session. */
export function outcomeWords(outcome) {
  return OUTCOMES[outcome] ?? outcome;
}

/** What was found of a check. */
export function verdictWords(verdict) {
  return VERDICTS[verdict] ?? verdict;
}

/** A share of a whole; nothing is no share. */
export function shareWords(ratio) {
  if (ratio === null) return 'never had to';
  const percent = ratio * 100;
  return `${percent > 0 && percent < 1 ? '< 1' : Math.floor(percent)} %`;
}

/** A revision of the protocol. */
export function versionWords({ protocolVersion }) {
  if (protocolVersion === 'none') return 'no revision named';
  return protocolVersion === 'other' ? 'unknown revision' : protocolVersion;
}

/** With sessions, or without. */
export function eraWords(era) {
  return era === 'sessionless' ? 'without sessions' : 'with sessions';
}

const LIMITS_TOLD = 2;

/** After how long a rest servers seem to end sessions; of many only the first are named. */
export function idleLimitWords(limits) {
  const told = limits.slice(0, LIMITS_TOLD).map(({ target, limitMs }) => {
    const rest = durationWords(Math.round(limitMs / 1000));
    return `Sessions of ${target} seem to end after a rest of ${rest}.`;
  });
  const more = limits.length - told.length;
  if (more > 0) told.push(`The same is seen at ${counted(more, 'more target')}.`);
  return told.join(' ');
}

/** A number with its thousands apart. */
export function numberWords(number) {
  return number.toLocaleString('en');
}

/** "1 session", "3 sessions". */
export function counted(count, noun, nouns = `${noun}s`) {
  return `${numberWords(count)} ${count === 1 ? noun : nouns}`;
}

/** How long ago, in the largest unit that says enough. */
export function agoWords(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 1) return 'just now';
  return `${durationWords(seconds)} ago`;
}

/** A duration in one or two units. */
export function durationWords(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours < 24) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** The distance of an exchange from the first one. */
export function offsetWords(ms) {
  if (ms <= 0) return '0 ms';
  if (ms < 1000) return `+${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return seconds < 60 ? `+${seconds.toFixed(1)} s` : `+${durationWords(Math.round(seconds))}`;
}

const STAMP = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Date and time of day. */
export function stampWords(at) {
  return STAMP.format(at);
}

/** Time of day. */
export function clockWords(at) {
  return CLOCK.format(at);
}

/** The targets by name, as long as there are few. */
export function targetWords(targets) {
  return targets.length > 3 ? counted(targets.length, 'target') : targets.join(', ');
}
