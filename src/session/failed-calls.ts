import {
  CALLS_COMPARED_MS,
  failureOf,
  isInitialize,
  type CallFailure,
  type Exchange,
  type Reference,
  type Vantage,
} from '../exchange/index.ts';
import { createAgenda } from './agenda.ts';

/** Whether a failed call was made again at once by its client; `unknown` when that call could not be compared. */
export const REPEATED = ['yes', 'no', 'unknown'] as const;

/** See {@link REPEATED}. */
export type Repeated = (typeof REPEATED)[number];

/** A call that failed, and what its client made of it. */
export interface FailedCall {
  readonly vantage: Vantage;
  readonly target: string;
  readonly failure: CallFailure;
  readonly repeated: Repeated;
}

/** The failed calls of which it is not yet known whether they are made again. */
export interface FailedCalls {
  /** Takes in an exchange of a client; answers the failed calls that it settled. */
  note(exchange: Exchange, client: string): readonly FailedCall[];
  /** Settles what was waited for long enough. */
  pass(now: number): readonly FailedCall[];
  /** The clients that have any. */
  readonly size: number;
}

/** A failed call until it is settled. */
interface Waiting {
  readonly call: Omit<FailedCall, 'repeated'>;
  readonly failedAt: number;
  /** When the last step towards making it good ended: a failure of it, or a part of a handshake. */
  readonly since: number;
}

const NOTHING: readonly FailedCall[] = Object.freeze([]);

/** The most calls of one client that are waited for, and the most clients. */
const CALLS_KEPT = 16;
const CLIENTS_KEPT = 1000;

/**
 * Makes empty {@link FailedCalls}. A program that repeats a call by itself goes from step to step, a new handshake
 * among them, without a pause of more than `repeatMs`; after a longer one somebody has read the error: the model, or
 * a person. It is waited for as long as calls are compared, for a call is told only when it is over.
 */
export function createFailedCalls(repeatMs: number): FailedCalls {
  const open = new Map<string, Map<Reference, Waiting>>();
  const deadlines = createAgenda<string>(CLIENTS_KEPT);

  function goesOn({ since }: Waiting, { startedAt }: Exchange): boolean {
    return startedAt - since <= repeatMs;
  }

  function shake(calls: Map<Reference, Waiting>, exchange: Exchange): void {
    for (const [digest, waiting] of calls)
      if (goesOn(waiting, exchange))
        calls.set(digest, { ...waiting, since: Math.max(waiting.since, exchange.endedAt) });
  }

  /** A call failed: for the first time, at once again, or again after somebody had seen that. */
  function fail(client: string, failure: CallFailure, exchange: Exchange): readonly FailedCall[] {
    const { vantage, target, callDigest: digest, endedAt } = exchange;
    const call = { vantage, target, failure };
    const calls = open.get(client) ?? new Map<Reference, Waiting>();
    const before = calls.get(digest ?? '');
    const hasRoom = before !== undefined || calls.size < CALLS_KEPT;
    if (digest === undefined || !hasRoom || !deadlines.add(client, endedAt + CALLS_COMPARED_MS))
      return [{ ...call, repeated: 'unknown' }];
    const isSame = before !== undefined && goesOn(before, exchange);
    calls.set(digest, isSame ? { ...before, since: endedAt } : { call, failedAt: endedAt, since: endedAt });
    open.set(client, calls);
    return isSame || before === undefined ? NOTHING : [{ ...before.call, repeated: 'no' }];
  }

  /** A call was made that did not fail so: it may be one that had. */
  function make(client: string, calls: Map<Reference, Waiting>, exchange: Exchange): readonly FailedCall[] {
    const digest = exchange.callDigest ?? '';
    const waiting = calls.get(digest);
    if (waiting === undefined) return NOTHING;
    calls.delete(digest);
    if (calls.size === 0) open.delete(client);
    return [{ ...waiting.call, repeated: goesOn(waiting, exchange) ? 'yes' : 'no' }];
  }

  function giveUp(client: string, now: number): FailedCall[] {
    const calls = open.get(client) ?? new Map<Reference, Waiting>();
    const late = [...calls].filter(([, { failedAt }]) => now >= failedAt + CALLS_COMPARED_MS);
    for (const [digest] of late) calls.delete(digest);
    if (calls.size === 0) open.delete(client);
    for (const { failedAt } of calls.values()) deadlines.add(client, failedAt + CALLS_COMPARED_MS);
    return late.map(([, { call }]) => ({ ...call, repeated: 'no' }));
  }

  return {
    note(exchange, client) {
      const failure = failureOf(exchange);
      if (failure !== undefined) return fail(client, failure, exchange);
      const calls = open.size === 0 ? undefined : open.get(client);
      if (calls === undefined) return NOTHING;
      if (isHandshake(exchange)) shake(calls, exchange);
      return make(client, calls, exchange);
    },
    pass(now) {
      if (deadlines.size === 0) return NOTHING;
      return deadlines.due(now).flatMap((client) => giveUp(client, now));
    },
    get size() {
      return open.size;
    },
  };
}

/** A part of a handshake, or what asks for the new era before one. */
function isHandshake(exchange: Exchange): boolean {
  const [method] = exchange.rpcMethods;
  return isInitialize(exchange) || method === 'notifications/initialized' || method === 'server/discover';
}
