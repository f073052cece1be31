import { clientLatchedOff, fleetReinitStorm, serverSessionLeak, type RuledFault } from '../faults/index.ts';
import { tableThresholds } from '../session/index.ts';
import { metrics } from '../signals/index.ts';
import {
  atLeast,
  before,
  compared,
  either,
  increase,
  minus,
  peak,
  per,
  select,
  slope,
  sum,
  times,
  unless,
  where,
  type Vector,
} from './promql.ts';

/*
 * The conditions of the faults that Prometheus decides. They stand here, and not with the faults, because only here
 * the table of metrics is known: no name of a metric is typed as text.
 */

/** The labels by which a rule tells one place from another. */
export const PLACE = ['job', 'vantage', 'target'] as const;

/** See {@link PLACE}; memory belongs to a process, which may have several targets. */
export const PROCESS = ['job', 'instance'] as const;

const MINUTE = 60_000;

const CONDITIONS: ReadonlyMap<string, () => Vector> = new Map([
  [clientLatchedOff.id, vanished],
  [fleetReinitStorm.id, stormOfMany],
  [serverSessionLeak.id, keptForEnded],
]);

/** The expression that decides a fault. Throws a RangeError when there is none. */
export function conditionOfRule(fault: RuledFault): Vector {
  const condition = CONDITIONS.get(fault.id);
  if (condition === undefined) throw new RangeError(`${fault.id} is decided by a rule, and has none`);
  return condition();
}

/**
 * How many clients vanished. All is looked at when the time to return is over: the loss lies so long ago, and what
 * was active before it longer still. A client counts as active for some minutes after its last request, so the
 * first moment that tells of returns alone comes that much later than the loss.
 */
function vanished(): Vector {
  const { share, clients, lost, lossMs, returnMs } = valuesOf(clientLatchedOff);
  const active = select(metrics.clientsActive);
  const then = sum(before(active, durationOf(returnMs + lossMs)), PLACE);
  const back = peak(sum(active, PLACE), durationOf(returnMs - ACTIVE_MS));
  const losses = select(metrics.sessionsLost, { cause: { like: 'expired|other-replica|restart|unknown' } });
  const gone = sum(increase(losses, durationOf(lossMs), durationOf(returnMs)), PLACE);
  return where(
    compared(minus(then, back), '>=', times(share, then)),
    atLeast(then, clients),
    atLeast(gone, lost - HALF),
  );
}

/** For how long a client counts as active after its last request. */
const ACTIVE_MS = tableThresholds.activeMs.value;

/** `increase` extrapolates what it saw to the whole window, and rounding may take it below the true count. */
const HALF = 0.5;

/** How many handshakes nobody took back with a DELETE, where they are too many by every measure. */
function stormOfMany(): Vector {
  const { initializes, windowMs, perClient, perLoss, growth } = valuesOf(fleetReinitStorm);
  const window = durationOf(windowMs);
  const deletes = select(metrics.sessionsEnded, { reason: 'client-delete' });
  const left = (ago?: string): Vector<(typeof PLACE)[number]> =>
    minus(
      sum(increase(select(metrics.initializes), window, ago), PLACE),
      sum(increase(deletes, window, ago), PLACE),
    );
  const lost = sum(increase(select(metrics.sessionsLost), window), PLACE);
  const usual = either(left('1w'), left('1d'));
  return unless(
    where(
      atLeast(left(), initializes),
      compared(left(), '>=', times(perClient, sum(select(metrics.clientsActive), PLACE))),
      compared(left(), '>', times(perLoss, lost)),
    ),
    // Where no former week or day is known, nothing is usual.
    compared(left(), '<=', times(growth, usual)),
  );
}

/** How many KiB were kept for each session that began, where it is the same story three spans long. */
function keptForEnded(): Vector {
  const { spanMs, sessions, growthBytes, leastBytes, mostBytes, endedShare } = valuesOf(serverSessionLeak);
  const memory = select(metrics.processMemory);
  const begun = select(metrics.sessionsCreated, { vantage: 'server' });
  const ended = select(metrics.sessionsEnded, { vantage: 'server' });
  const all = durationOf(3 * spanMs);
  const spans = [0, 1, 2].flatMap((back) => {
    const ago = back === 0 ? undefined : durationOf(back * spanMs);
    const grown = times(spanMs / 1000, sum(slope(memory, durationOf(spanMs), ago), PROCESS));
    const created = sum(increase(begun, durationOf(spanMs), ago), PROCESS);
    return [
      atLeast(created, sessions - HALF),
      atLeast(grown, growthBytes),
      compared(grown, '>=', times(leastBytes, created)),
      compared(grown, '<=', times(mostBytes, created)),
    ];
  });
  const over = compared(
    sum(increase(ended, all), PROCESS),
    '>=',
    times(endedShare, sum(increase(begun, all), PROCESS)),
  );
  const grownKib = times((3 * spanMs) / 1000 / 1024, sum(slope(memory, all), PROCESS));
  // A process that is younger than that has not shown it three times.
  const oldEnough = sum(before(memory, all), PROCESS);
  return where(per(grownKib, sum(increase(begun, all), PROCESS)), oldEnough, over, ...spans);
}

function valuesOf<T extends RuledFault>({
  thresholds,
}: T): { readonly [Name in keyof T['thresholds']]: number } {
  const values = Object.entries(thresholds).map(([name, { value }]) => [name, value] as const);
  return Object.fromEntries(values) as { readonly [Name in keyof T['thresholds']]: number };
}

/** As Prometheus writes it: in the largest unit that leaves nothing over. */
export function durationOf(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', MINUTE],
    ['s', 1000],
  ] as const;
  const [unit, length] = units.find(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}
