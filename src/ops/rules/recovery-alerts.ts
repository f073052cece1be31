import { tableThresholds, type RecoveryOutcome } from '../../session/index.ts';
import { metrics } from '../../signals/index.ts';
import { secondsOf } from '../duration.ts';
import { PLACE } from '../fault-rules.ts';
import {
  above,
  either,
  increase,
  ratio,
  reached,
  recorded,
  sum,
  sumOverTime,
  where,
  whole,
  type Vector,
} from '../promql/index.ts';
import type { Source } from '../source.ts';
import { defineAlert, type AlertDefinition, type RecordingRule, type Tuned } from './definition.ts';

/**
 * Recovery as a service level: of the sessions that were lost and whose clients needed another, so many get one.
 * Two windows for each rate at which the budget burns, as in the workbook on site reliability of Google, chapter 5:
 * the long one shows that it matters, the short one that it still goes on.
 */

/** Those that count against the objective; see decision 0011. Who was not seen again, or served again, misses nothing. */
const FAILED: readonly RecoveryOutcome[] = ['reused-dead-id', 'headerless', 'untold', 'refused'];

/** Those of which another session was needed. */
const NEEDED: readonly RecoveryOutcome[] = [...FAILED, 'reinitialized'];

/** A client on its own loses one session at a time, and that it failed is known after so long. */
const ONE_CLIENT_SECONDS = tableThresholds.recoveryMs.value / 1000;

const NOT_ONE_CLIENT =
  'one client alone can fail once in 30 s at the most, and never so often within the short window';

const tunables = {
  objective: {
    value: 0.95,
    unit: 'ratio',
    reason:
      'clients that cannot recover are met everywhere, and each has an alert of its own: this one speaks when they are more than a few. Below 0.931 the fastest rate could never be reached',
  },
  fastLong: { value: '1h', unit: 'duration', reason: 'of the workbook' },
  fastShort: { value: '5m', unit: 'duration', reason: 'a twelfth of it: it ends soon when the trouble does' },
  fastRate: { value: 14.4, unit: 'ratio', reason: 'spends 2 % of the budget of 30 days within the hour' },
  fastFailed: { value: 11, unit: 'count', reason: NOT_ONE_CLIENT },
  steadyLong: { value: '6h', unit: 'duration', reason: 'of the workbook' },
  steadyShort: { value: '30m', unit: 'duration', reason: 'a twelfth of it' },
  steadyRate: { value: 6, unit: 'ratio', reason: 'spends 5 % of the budget of 30 days within six hours' },
  steadyFailed: { value: 61, unit: 'count', reason: NOT_ONE_CLIENT },
  slowLong: { value: '1d', unit: 'duration', reason: 'of the workbook' },
  slowShort: { value: '2h', unit: 'duration', reason: 'a twelfth of it' },
  slowRate: { value: 3, unit: 'ratio', reason: 'spends 10 % of the budget of 30 days within a day' },
  creepingLong: { value: '3d', unit: 'duration', reason: 'of the workbook' },
  creepingShort: { value: '6h', unit: 'duration', reason: 'a twelfth of it' },
  creepingRate: { value: 1, unit: 'ratio', reason: 'spends all of the budget that the three days have' },
  fewest: {
    value: 10,
    unit: 'count',
    reason: 'failures within the long window, for a ticket: of two losses, one that fails is half of them',
  },
} as const;

type RecoveryTuned = Tuned<typeof tunables>;

type Place = (typeof PLACE)[number];

/**
 * There are hundreds of series of one target, and days of each are a million samples: windows from a day on are added
 * up of what was recorded of this one. So they lag behind by as much, which a ticket may.
 */
const PART = '30m';
const LONG_SECONDS = secondsOf('1d');

/** How many lost sessions were not replaced, and what share that is, for every window that the alerts ask about. */
function recordings(tuned: RecoveryTuned, from: Source): RecordingRule[] {
  const quick = [tuned.fastShort, tuned.steadyShort, tuned.fastLong, tuned.slowShort];
  const slow = [tuned.steadyLong, tuned.creepingShort, tuned.slowLong, tuned.creepingLong];
  const windows = [...new Set([...quick, ...slow])];
  const long = windows.filter((window) => secondsOf(window) >= LONG_SECONDS);
  const short = windows.filter((window) => !long.includes(window));
  const needed = long.length === 0 ? [] : [ruleOf(neededIn(PART), grownIn(from, NEEDED, PART))];
  const part =
    long.length === 0 || short.includes(PART) ? [] : [ruleOf(failedIn(PART), grownIn(from, FAILED, PART))];
  return [
    ...short.flatMap((window) => recordingsOf(window, (outcomes) => grownIn(from, outcomes, window))),
    ...part,
    ...needed,
    ...long.flatMap((window) =>
      recordingsOf(window, (outcomes) =>
        sumOverTime(outcomes === FAILED ? failedIn(PART) : neededIn(PART), window, PART),
      ),
    ),
  ];
}

function recordingsOf(
  window: string,
  settled: (as: readonly RecoveryOutcome[]) => Vector<Place>,
): RecordingRule[] {
  return [
    ruleOf(failedIn(window), settled(FAILED)),
    // Where nothing was lost there is no share of it.
    ruleOf(ratioIn(window), ratio(failedIn(window), settled(NEEDED))),
  ];
}

function ruleOf(record: Vector, { promql: expr }: Vector): RecordingRule {
  return { record: record.promql, expr };
}

function grownIn({ select }: Source, outcomes: readonly RecoveryOutcome[], window: string): Vector<Place> {
  const settled = select(metrics.recoveries, { outcome: { like: outcomes.join('|') } });
  return sum(increase(settled, window), PLACE);
}

const LEVEL = PLACE.join('_');
const NAME = metrics.recoveries.name.replace(/_total$/, '');

function failedIn(window: string): Vector<Place> {
  return recorded(`${LEVEL}:${NAME}_failed:increase${window}`, PLACE);
}

function neededIn(window: string): Vector<Place> {
  return recorded(`${LEVEL}:${NAME}_needed:increase${window}`, PLACE);
}

/** The share of lost sessions that were not replaced within the window, as it is recorded. */
export function ratioIn(window: string): Vector<Place> {
  return recorded(`${LEVEL}:${NAME}_failed_per_loss:ratio_increase${window}`, PLACE);
}

interface Burn {
  readonly long: string;
  readonly short: string;
  readonly rate: number;
  /** At least so many failed, in which window. */
  readonly failed: number;
  readonly failedIn: string;
}

function burning({ long, short, rate, failed, failedIn: window }: Burn, objective: number): Vector {
  const most = Number((rate * (1 - objective)).toPrecision(6));
  return where(above(ratioIn(long), most), above(ratioIn(short), most), reached(failedIn(window), failed));
}

function fastBurn(tuned: RecoveryTuned): Vector {
  const { fastLong, fastShort, fastRate, fastFailed } = tuned;
  const { steadyLong, steadyShort, steadyRate, steadyFailed, objective } = tuned;
  const fast = { long: fastLong, short: fastShort, rate: fastRate, failed: fastFailed, failedIn: fastShort };
  const steady = {
    long: steadyLong,
    short: steadyShort,
    rate: steadyRate,
    failed: steadyFailed,
    failedIn: steadyShort,
  };
  return either(whole(burning(fast, objective)), whole(burning(steady, objective)));
}

function slowBurn(tuned: RecoveryTuned): Vector {
  const { slowLong, slowShort, slowRate, creepingLong, creepingShort, creepingRate, fewest, objective } =
    tuned;
  const slow = { long: slowLong, short: slowShort, rate: slowRate, failed: fewest, failedIn: slowLong };
  const creeping = {
    long: creepingLong,
    short: creepingShort,
    rate: creepingRate,
    failed: fewest,
    failedIn: creepingLong,
  };
  return either(whole(burning(slow, objective)), whole(burning(creeping, objective)));
}

const recoveryBurn = defineAlert({
  id: 'recovery-burn',
  file: 'mcp-session-recovery.yaml',
  summary: 'Clients that lose their sessions do not get new ones.',
  when: 'lost sessions are not replaced so often that the objective is missed for the month',
  dashboard: 'clients',
  tunables,
  recordings,
  levels: [
    {
      severity: 'critical',
      reason:
        'users are cut off now, and more of them than one; losses come in bunches, so it is told for a while',
      for: '2m',
      keepFiringFor: '15m',
      condition: fastBurn,
    },
    {
      severity: 'warning',
      reason: 'the month will miss its objective, and not this hour',
      for: '15m',
      keepFiringFor: '1h',
      condition: slowBurn,
    },
  ],
  describe: ({ percent, label }, { objective }) => [
    `Lost sessions that were not replaced, at target ${label('target')} of job ${label('job')}, as seen by the ${label('vantage')}: ${percent}.`,
    `The objective is that ${Number((100 * objective).toPrecision(6))} % of those that are needed are replaced within ${ONE_CLIENT_SECONDS} s, or as soon as the server lets them.`,
    'Which outcome is it, and which client? An untold loss and a refused one are for the server to mend, the others for the client.',
  ],
});

/** In the order in which they are documented. */
export function recoveryAlerts(): AlertDefinition[] {
  return [recoveryBurn];
}
