import { styleText } from 'node:util';
import { runbookUrlOf } from '../../faults/index.ts';
import { CHECKS, PHASES, type Phase } from './checks.ts';
import {
  CHECK_VERDICTS,
  type Check,
  type CheckVerdict,
  type ProbeExchange,
  type ProbeReport,
} from './report.ts';

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const MARKS: Readonly<Record<CheckVerdict, { readonly word: string; readonly style: Style }>> = {
  passed: { word: 'passed', style: 'green' },
  failed: { word: 'FAILED', style: ['red', 'bold'] },
  'not-applicable': { word: 'n/a', style: 'dim' },
  skipped: { word: 'skipped', style: 'yellow' },
};

const WORD_WIDTH = 8;

/** What a report says of one exchange, as `POST tools/list with an unknown id: 404 session-dead, 3 ms`. */
export function exchangeLine({
  httpMethod,
  rpcMethod,
  idSent,
  status,
  meaning,
  gaveId,
  times,
  durationMs,
}: ProbeExchange): string {
  const method = httpMethod === 'other' ? 'OPTIONS' : httpMethod;
  const request = rpcMethod === undefined ? method : `${method} ${rpcMethod}`;
  const answer = status === 0 ? 'no answer' : `${status} ${meaning}`;
  const given = gaveId ? ', with a session id' : '';
  const repeated = times > 1 ? `, ${times} times` : '';
  return `${request} ${ID_WORDS[idSent]}: ${answer}${given}, ${Math.round(durationMs)} ms${repeated}`;
}

const ID_WORDS: Readonly<Record<ProbeExchange['idSent'], string>> = {
  none: 'without an id',
  'its own': 'with its id',
  'another of its own': 'with another id of its own',
  unknown: 'with an unknown id',
  malformed: 'with a malformed id',
  ended: 'with the ended id',
};

/** A report for people; in colour where `stream` is named and is a terminal that has it. `debug` shows every exchange. */
export function reportAsText(report: ProbeReport, stream?: NodeJS.WritableStream, debug = false): string {
  const paint: Paint = (style, text) => (stream === undefined ? text : styleText(style, text, { stream }));
  const lines = [headline(report, paint), ...summary(report)];
  if (report.outcome !== 'unprobed' || debug)
    for (const phase of PHASES) lines.push('', ...phaseLines(report, phase, paint, debug));
  lines.push(...runbookLines(report, paint));
  return `${lines.join('\n')}\n`;
}

const OUTCOMES: Readonly<Record<ProbeReport['outcome'], { readonly words: string; readonly style: Style }>> =
  {
    passed: { words: 'nothing failed', style: 'green' },
    failed: { words: 'failed', style: 'red' },
    unprobed: { words: 'could not be probed', style: 'red' },
  };

function headline({ target, outcome }: ProbeReport, paint: Paint): string {
  const { words, style } = OUTCOMES[outcome];
  return `${paint('bold', target)}  ${paint(style, words)}`;
}

function summary({
  reason,
  eras,
  serverKind,
  protocolVersion,
  checks,
  requests,
  durationMs,
}: ProbeReport): string[] {
  const counts = CHECK_VERDICTS.flatMap((verdict) => {
    const count = checks.filter((check) => check.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict === 'not-applicable' ? 'not applicable' : verdict}`];
  });
  const effort = `${requests} ${requests === 1 ? 'request' : 'requests'} in ${(durationMs / 1000).toFixed(1)} s`;
  if (reason !== undefined) return [reason, effort];
  const kind = serverKind === undefined ? [] : [serverKind];
  return [[...kind, eras.join(' and '), protocolVersion].join(', '), `${counts.join(', ')}; ${effort}`];
}

function phaseLines({ checks }: ProbeReport, phase: Phase, paint: Paint, debug: boolean): string[] {
  const mine = checks.filter(({ id }) => CHECKS[id].phase === phase);
  const [first] = mine;
  const isAlike = (check: Check): boolean => check.verdict === first?.verdict && check.words === first.words;
  const heading = paint('bold', `${phase.charAt(0).toUpperCase()}${phase.slice(1)}`);
  // What is not for such a server is said once.
  if (
    !debug &&
    first !== undefined &&
    first.verdict !== 'passed' &&
    first.verdict !== 'failed' &&
    mine.every(isAlike)
  )
    return [heading, `  ${mark(first, paint)} ${paint('dim', first.words)}`];
  return [heading, ...mine.flatMap((check) => checkLines(check, paint, debug))];
}

function mark({ verdict }: Check, paint: Paint): string {
  const { word, style } = MARKS[verdict];
  return paint(style, word.padEnd(WORD_WIDTH));
}

function checkLines(check: Check, paint: Paint, debug: boolean): string[] {
  const { id, title, verdict, words, faults, exchanges } = check;
  const indent = ' '.repeat(WORD_WIDTH + 3);
  const shown =
    debug || verdict === 'failed'
      ? exchanges.map((each) => `${indent}${paint('dim', exchangeLine(each))}`)
      : [];
  if (verdict !== 'failed') return [`  ${mark(check, paint)} ${id}  ${paint('dim', words)}`, ...shown];
  const named = faults.map((fault) => `${indent}${paint('red', fault)}`);
  return [`  ${mark(check, paint)} ${id}  ${title}`, `${indent}${words}`, ...shown, ...named];
}

/** Where to read of the faults that were found, each once. */
function runbookLines({ checks }: ProbeReport, paint: Paint): string[] {
  const faults = [...new Set(checks.flatMap((check) => check.faults))];
  if (faults.length === 0) return [];
  return ['', paint('bold', 'Runbooks'), ...faults.map((fault) => `  ${runbookUrlOf(fault)}`)];
}
