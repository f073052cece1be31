import { createCharts } from './charts.js';
import { el, keyed, setAttribute, setText } from './dom.js';
import { createFaultCard } from './faults.js';
import { icon } from './icons.js';
import { follow } from './live.js';
import { createEndedFault, createSessionRow } from './sessions.js';
import { serverNow, setClock, tickTimes } from './times.js';
import { clockWords, counted, durationWords, idleLimitWords, targetWords } from './words.js';

const at = (id) => document.getElementById(id);

const showFaults = keyed(at('faults'), idOf, () => createFaultCard(at('faults').childElementCount === 0));
const showEnded = keyed(at('ended'), idOf, createEndedFault);
const showSessions = keyed(at('sessions'), (session) => session.ref, createSessionRow);
const showCharts = createCharts(at('charts'));
let startedAt = 0;
let heardAt = 0;

function idOf(entry) {
  return entry.id;
}

function show(state, ahead) {
  setClock(ahead);
  startedAt = state.startedAt;
  heardAt = serverNow();
  showVerdict(state);
  at('faults-section').hidden = state.faults.length === 0;
  showFaults(state.faults);
  showMore(at('faults-more'), state.faultsNotShown, 'more fault');
  showCharts(state.history);
  at('ended-empty').hidden = state.endedFaults.length > 0;
  showEnded(state.endedFaults);
  at('sessions-empty').hidden = state.sessions.length > 0;
  at('sessions-scroll').hidden = state.sessions.length === 0;
  showSessions(state.sessions);
  showMore(at('sessions-more'), state.sessionsNotShown, 'more session');
  setText(at('version'), `mcp-session-exporter ${state.version}`);
  tick();
}

function showVerdict(state) {
  const { exchanges } = state.totals;
  const kind = state.state === 'broken' ? 'broken' : exchanges === 0 ? 'unknown' : 'healthy';
  const verdict = at('verdict');
  if (verdict.dataset.state !== kind || at('verdict-icon').childElementCount === 0) {
    verdict.dataset.state = kind;
    at('verdict-icon').replaceChildren(icon(kind));
  }
  setText(at('sentence'), state.sentence);
  setText(at('scope'), kind === 'unknown' ? HOW_TO_BEGIN : scopeWords(state));
  document.title = `${state.sentence} · MCP sessions`;
  setAttribute(at('about'), 'data-targets', targetWords(state.targets));
}

function scopeWords({ totals, idleLimits }) {
  const { activeSessions, openStreams } = totals;
  const now = `${counted(activeSessions, 'active session')}, ${counted(openStreams, 'open stream')}.`;
  return `${now} ${idleLimitWords(idleLimits)}`.trim();
}

const HOW_TO_BEGIN =
  'Send a request to the MCP endpoint of this program. It is recognised by a path that ends in /mcp, or by the headers of the protocol.';

function showMore(node, count, noun) {
  node.hidden = count <= 0;
  setText(node, `${counted(count, noun)}, not shown.`);
}

function showConnection(state) {
  const node = at('connection');
  setAttribute(node, 'data-state', state);
  const since = heardAt === 0 ? '' : ` What you see is from ${clockWords(heardAt)}.`;
  setText(node, state === 'live' ? 'Live' : `Connection lost, trying again.${since}`);
  document.body.classList.toggle('stale', state === 'lost');
}

function tick() {
  tickTimes();
  if (startedAt === 0) return;
  const seconds = Math.max(0, Math.floor((serverNow() - startedAt) / 1000));
  setText(at('about'), `${at('about').dataset.targets} · watched for ${durationWords(seconds)}`);
}

at('verdict-icon').replaceChildren(icon('unknown'));
at('scope').replaceChildren(el('span', { text: 'This takes a second.' }));
follow(show, showConnection);
setInterval(tick, 1000);
