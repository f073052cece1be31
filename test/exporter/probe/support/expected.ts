import {
  CHECK_IDS,
  eraOfCheck,
  type CheckId,
  type ProbeReport,
} from '../../../../src/exporter/probe/index.ts';

/** What a report should say: the checks that do not pass. A failed one names its faults. */
export type Exceptions = {
  readonly [Id in CheckId]?: 'passed' | 'not-applicable' | 'skipped' | readonly string[];
};

type Verdicts = { [Id in CheckId]?: string };

const SESSIONLESS: Exceptions = Object.fromEntries(
  CHECK_IDS.filter((id) => eraOfCheck(id) === 'sessionless').map((id) => [id, 'not-applicable' as const]),
);

/**
 * What every server of sessions alone is told by so short a probe: it is not for web pages, two seconds show no
 * keep-alive, and the other era is not spoken.
 */
export const SESSIONS_ALONE: Exceptions = {
  'web-page': 'not-applicable',
  'keep-alive': 'skipped',
  ...SESSIONLESS,
};

/** The same without sessions: nothing that needs an id. */
export const STATELESS: Exceptions = {
  affinity: 'not-applicable',
  'second-stream': 'not-applicable',
  'stream-reopen': 'not-applicable',
  'missing-id': 'not-applicable',
  'unknown-id-post': 'not-applicable',
  'unknown-id-get': 'not-applicable',
  'unknown-id-delete': 'not-applicable',
  'malformed-id': 'not-applicable',
  'web-page': 'not-applicable',
  delete: 'not-applicable',
  'ended-id-post': 'not-applicable',
  'ended-id-get': 'not-applicable',
  'ended-id-delete': 'not-applicable',
  'initialize-again': 'not-applicable',
};

/** All verdicts, one for each check: those that are not excepted pass. */
export function verdictsWith(exceptions: Exceptions): Verdicts {
  return Object.fromEntries(
    CHECK_IDS.map((id) => {
      const exception = exceptions[id] ?? 'passed';
      return [id, typeof exception === 'string' ? exception : `failed ${exception.join(' ')}`.trim()];
    }),
  );
}

/** The same of a report. */
export function verdictsOf({ checks }: ProbeReport): Verdicts {
  return Object.fromEntries(checks.map(({ id, verdict, faults }) => [id, [verdict, ...faults].join(' ')]));
}
