import { clientLatchedOff, fleetReinitStorm, serverSessionLeak, type RuledFault } from '../faults/index.ts';
import { tableThresholds } from '../session/index.ts';
import { metrics } from '../signals/index.ts';
import { durationOf } from './duration.ts';
import {
  atLeast,
  before,
  compared,
  either,
  increase,
  lowest,
  minus,
  peak,
  ratio,
  reached,
  slope,
  sum,
  times,
  toNearest,
  unless,
  where,
  within,
  type Vector,
} from './promql/index.ts';
import { EVERYWHERE, type Source } from './source.ts';

/*
 * The conditions of the faults that Prometheus decides. They stand here, and not with the faults, because only here
 * the table of metrics is known: no name of a metric is typed as text.
 */

/** The labels by which a rule tells one place from another. */
export const PLACE = ['job', 'vantage', 'target'] as const;

/** See {@link PLACE}; memory belongs to a process, which may have several targets. */
export const PROCESS = ['job', 'instance'] as const;

/** One program at one target. */
const PROGRAM = [...PLACE, 'instance'] as const;

/** An expression by the thresholds of its fault, of which operators may have set others. */
type Condition = (from: Source, set: Readonly<Record<string, number>>) => Vector;

const CONDITIONS: ReadonlyMap<string, Condition> = new Map<string, Condition>([
  [clientLatchedOff.id, vanished],
  [fleetReinitStorm.id, stormOfMany],
  [serverSessionLeak.id, keptForEnded],
]);

const CONDITIONS_IN_CLIENTS: ReadonlyMap<string, Condition> = new Map<string, Condition>([
  [clientLatchedOff.id, silentPrograms],
]);

/** The expression that decides a fault, where `set` are other thresholds. Throws a RangeError when there is none. */
export function conditionOfRule(
  fault: RuledFault,
  set: Readonly<Record<string, number>> = {},
  from: Source = EVERYWHERE,
): Vector {
  return conditionIn(CONDITIONS, fault)(from, set);
}

/** The one of its second rule; see `RuleAlert.inClients`. Throws a RangeError when there is none. */
export function conditionInClients(
  fault: RuledFault,
  set: Readonly<Record<string, number>> = {},
  from: Source = EVERYWHERE,
): Vector {
  return conditionIn(CONDITIONS_IN_CLIENTS, fault)(from, set);
}

function conditionIn(conditions: ReadonlyMap<string, Condition>, fault: RuledFault): Condition {
  const condition = conditions.get(fault.id);
  if (condition === undefined) throw new RangeError(`${fault.id} is decided by a rule, and has none`);
  return condition;
}

/** Where many clients pass by: a process in a client comes and goes, and takes its client with it. */
const MANY = { vantage: { like: 'proxy|server' } } as const;

/**
 * How many clients vanished. All is looked at when the time to return is over: the loss lies so long ago, and what
 * was active before it longer still. A client counts as active for some minutes after its last request, so the
 * first moment that tells of returns alone comes that much later than the loss.
 */
function vanished({ select }: Source, set: Readonly<Record<string, number>>): Vector {
  const { share, clients, lost, lossMs, returnMs } = valuesOf(clientLatchedOff, set);
  const active = select(metrics.clientsActive, MANY);
  const then = sum(before(active, durationOf(returnMs + lossMs)), PLACE);
  const back = peak(sum(active, PLACE), durationOf(returnMs - ACTIVE_MS));
  const losses = select(metrics.sessionsLost, {
    ...MANY,
    cause: { like: 'expired|other-replica|restart|unknown' },
  });
  const gone = sum(increase(losses, durationOf(lossMs), durationOf(returnMs)), PLACE);
  return where(
    compared(minus(then, back), '>=', times(share, then)),
    atLeast(then, clients),
    reached(gone, lost),
  );
}

/**
 * How many clients are silent that speak in programs with a hook of their own. A program counts that had used the
 * server steadily, lost a call there for good, and has asked it for nothing since while it used others: so it lives,
 * and somebody works with it.
 */
function silentPrograms({ select }: Source, set: Readonly<Record<string, number>>): Vector {
  const { lossMs, returnMs, usedMs } = valuesOf(clientLatchedOff, set);
  const from = { vantage: 'client' } as const;
  const active = select(metrics.clientsActive, from);
  const earlier = durationOf(returnMs + lossMs);
  const failed = select(metrics.callsFailed, { ...from, repeated: { like: 'no|unknown' } });
  const used = lowest(sum(active, PROGRAM), durationOf(usedMs), earlier);
  const wronged = where(
    atLeast(used, 1),
    // A program that is younger has not used it for so long.
    atLeast(sum(before(active, durationOf(returnMs + lossMs + usedMs)), PROGRAM), 1),
    reached(sum(increase(failed, durationOf(lossMs), durationOf(returnMs)), PROGRAM), 1),
  );
  const atAll = sum(active, PROCESS);
  // A program that has ended is at work no more, though it was at the least while it lived.
  const atWork = where(atLeast(lowest(atAll, durationOf(returnMs)), 1), atLeast(atAll, 1));
  const spoke = atLeast(peak(sum(active, PROGRAM), durationOf(returnMs - ACTIVE_MS)), 1);
  return sum(unless(within(wronged, atWork), spoke), PLACE);
}

/** For how long a client counts as active after its last request. */
const ACTIVE_MS = tableThresholds.activeMs.value;

/** How many handshakes nobody took back with a DELETE, where they are too many by every measure. */
function stormOfMany({ select }: Source, set: Readonly<Record<string, number>>): Vector {
  const { initializes, windowMs, perClient, perLoss, growth } = valuesOf(fleetReinitStorm, set);
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
function keptForEnded({ select }: Source, set: Readonly<Record<string, number>>): Vector {
  const { spanMs, sessions, growthBytes, leastBytes, mostBytes, endedShare } = valuesOf(
    serverSessionLeak,
    set,
  );
  const memory = select(metrics.processMemory);
  const begun = select(metrics.sessionsCreated, { vantage: 'server' });
  const ended = select(metrics.sessionsEnded, { vantage: 'server' });
  const all = durationOf(3 * spanMs);
  const spans = [0, 1, 2].flatMap((back) => {
    const ago = back === 0 ? undefined : durationOf(back * spanMs);
    const grown = times(spanMs / 1000, sum(slope(memory, durationOf(spanMs), ago), PROCESS));
    const created = sum(increase(begun, durationOf(spanMs), ago), PROCESS);
    return [
      reached(created, sessions),
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
  // Both are read off the samples nearest to the ends of the window: more exactly nothing can be said.
  const kept = toNearest(8, ratio(grownKib, sum(increase(begun, all), PROCESS)));
  return where(kept, oldEnough, over, ...spans);
}

function valuesOf<T extends RuledFault>(
  { thresholds }: T,
  set: Readonly<Record<string, number>>,
): { readonly [Name in keyof T['thresholds']]: number } {
  const values = Object.entries(thresholds).map(([name, { value }]) => [name, set[name] ?? value] as const);
  return Object.fromEntries(values) as { readonly [Name in keyof T['thresholds']]: number };
}
