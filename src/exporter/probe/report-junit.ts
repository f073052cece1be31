import { runbookUrlOf } from '../../faults/index.ts';
import { CHECKS } from './checks.ts';
import type { Check, ProbeReport } from './report.ts';
import { exchangeLine } from './report-text.ts';

/** A report as JUnit XML, which continuous integration shows: one test case for each check. */
export function reportAsJUnit(report: ProbeReport): string {
  const { target, checks, durationMs, startedAt, outcome } = report;
  const failures = checks.filter(({ verdict }) => verdict === 'failed').length;
  const isUnprobed = outcome === 'unprobed';
  const counts = {
    tests: checks.length,
    failures: isUnprobed ? 0 : failures,
    errors: isUnprobed ? failures : 0,
    skipped: checks.filter(isLeftOut).length,
    time: inSeconds(durationMs),
  };
  const suite = { name: `probe of ${target}`, ...counts, timestamp: new Date(startedAt).toISOString() };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'mcp-session-exporter probe', ...counts })}>`,
    `  <testsuite${attributes(suite)}>`,
    ...checks.map((check) => testCase(check, report)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function isLeftOut({ verdict }: Check): boolean {
  return verdict === 'skipped' || verdict === 'not-applicable';
}

function testCase(check: Check, { reason }: ProbeReport): string {
  const { id, title, verdict, words, durationMs } = check;
  const head = `    <testcase${attributes({ classname: `probe.${CHECKS[id].phase}`, name: `${id}: ${title}`, time: inSeconds(durationMs) })}`;
  if (verdict === 'passed') return `${head}/>`;
  if (isLeftOut(check)) return `${head}><skipped${attributes({ message: words })}/></testcase>`;
  const element = reason === undefined ? 'failure' : 'error';
  const message = attributes({ message: reason ?? words, type: check.faults[0] ?? 'broken-rule' });
  return `${head}><${element}${message}>${escaped(detailsOf(check))}</${element}></testcase>`;
}

function detailsOf({ words, faults, exchanges }: Check): string {
  const runbooks = faults.map((fault) => `${fault}: ${runbookUrlOf(fault)}`);
  return [words, ...exchanges.map(exchangeLine), ...runbooks].join('\n');
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML does not know are left out; a target may hold what a person typed. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, '')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
