import { styleText } from 'node:util';
import { evidenceOf, isAbridged } from '../exporter/evidence.ts';
import type { EvidenceStep } from '../exporter/status-model.ts';
import { runbookUrlOf, type Case } from '../faults/index.ts';
import type { Found, Replay } from '../recording/index.ts';

/** Cases of one fault that are told in text; `--json` has them all. */
const CASES_TOLD = 3;

/** What a replay found, for programs. Times are ISO 8601. */
export function reportAsJson({ headers, from, to, exchanges, lost, damaged, found }: Replay): string {
  const report = {
    exchanges,
    lost,
    damaged,
    from: moment(from),
    to: moment(to),
    recordings: headers.map(({ run, at, by, about }) => ({ run, at: moment(at), by, about })),
    faults: found.map(({ fault: { id, side, severity, title, rule, remedy }, count, cases }) => {
      return {
        fault: id,
        side,
        severity,
        title,
        rule,
        remedy,
        runbook: runbookUrlOf(id),
        count,
        cases: cases.map(caseAsJson),
      };
    }),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function caseAsJson(subject: Case): object {
  const { kind, vantage, target, family, since, openedAt, closedAt, because } = subject;
  return {
    kind,
    ref: refOf(subject),
    vantage,
    target,
    family,
    since: moment(since),
    foundAt: moment(openedAt),
    endedAt: closedAt === 0 ? null : moment(closedAt),
    because,
    abridged: isAbridged(subject),
    evidence: evidenceOf(subject).map((step) => ({ ...step, at: moment(step.at) })),
  };
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** What a replay found, for people; in colour where `stream` is a terminal that has it. */
export function reportAsText(report: Replay, stream: NodeJS.WritableStream): string {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  const lines = [paint('bold', headlineOf(report)), periodOf(report)];
  if (report.lost > 0)
    lines.push(`The recorder lost ${counted(report.lost, 'record')}: what they held is unknown.`);
  if (report.damaged > 0) lines.push(`${counted(report.damaged, 'line')} could not be read, see above.`);
  for (const found of report.found) lines.push('', ...faultLines(found, paint));
  return `${lines.join('\n')}\n`;
}

function headlineOf({ found }: Replay): string {
  return found.length === 0 ? 'No fault found' : `${counted(found.length, 'fault')} found`;
}

function periodOf({ exchanges, from, to, headers }: Replay): string {
  const runs = new Set(headers.map(({ run }) => run)).size;
  const where = runs > 1 ? ` in ${runs} recordings` : '';
  return `${counted(exchanges, 'exchange')}${where}, ${readable(from)} to ${readable(to)}`;
}

function faultLines({ fault, count, cases }: Found, paint: Paint): string[] {
  const { id, title, side, severity, rule, remedy } = fault;
  const told = cases.slice(0, CASES_TOLD);
  const more = count - told.length;
  return [
    paint('bold', title),
    `${paint('red', id)} · ${side} at fault · ${severity} · ${counted(count, 'case')}`,
    '',
    `  Rule      ${rule.text}`,
    `            ${paint('dim', rule.source)}`,
    `  Server    ${remedy.server}`,
    `  Client    ${remedy.client}`,
    `  Runbook   ${runbookUrlOf(id)}`,
    ...told.flatMap((subject) => ['', ...caseLines(subject, paint)]),
    ...(more > 0 ? ['', `  ${counted(more, 'more case')}: see --json`] : []),
  ];
}

function caseLines(subject: Case, paint: Paint): string[] {
  const { family, target, vantage, since, because } = subject;
  const evidence = evidenceOf(subject);
  const width = Math.max(0, ...evidence.map((step) => requestOf(step).length));
  const who =
    subject.kind === 'cohort' ? `clients ${family}` : `${subject.kind} ${refOf(subject)} (${family})`;
  return [
    `  ${paint('bold', who)} at ${target}, seen from the ${vantage}, since ${readable(since)}`,
    `  ${because}`,
    ...evidence.map((step) => {
      const line = `${readable(step.at).slice(11, 23)}  ${requestOf(step).padEnd(width)}  ${answerOf(step)}`;
      return step.breaksRule ? `  ${paint('red', `> ${line}  breaks the rule`)}` : `    ${line}`;
    }),
    ...(isAbridged(subject)
      ? [paint('dim', '    (the first and the latest exchanges; some between are left out)')]
      : []),
  ];
}

function requestOf({ httpMethod, rpcMethod, sent }: EvidenceStep): string {
  const method = rpcMethod === null ? httpMethod : `${httpMethod} ${rpcMethod}`;
  return sent === null ? `${method}  without an id` : `${method}  with ${sent}`;
}

function answerOf({ status, meaning, given, durationMs }: EvidenceStep): string {
  const issued = given === null ? '' : `, gives ${given}`;
  return `${status === 0 ? 'no answer' : `${status} ${meaning}`}${issued}, ${Math.round(durationMs)} ms`;
}

/** A client is named by vantage, target and reference; the others stand beside it. */
function refOf({ kind, ref }: Case): string {
  return kind === 'client' ? ref.slice(ref.lastIndexOf(' ') + 1) : ref;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function moment(time: number): string {
  return new Date(time).toISOString();
}

function readable(time: number): string {
  return `${moment(time).slice(0, 23).replace('T', ' ')} UTC`;
}
