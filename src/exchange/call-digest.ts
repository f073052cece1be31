import type { Exchange } from './exchange.ts';
import { failureOf, isCutOff } from './failed-call.ts';
import { eachTopLevelMember, endOfNested, stringAt } from './json-prefix.ts';
import type { Reference, References } from './references.ts';

/** Tells equal calls from others, where it may matter. */
export interface CallDigests {
  /**
   * The digest of a `tools/call` that was cut off or, in a client, failed in any way (see `failureOf`), and of every
   * one that its client begins within {@link CALLS_COMPARED_MS}; nothing for any other exchange, nor for a call that
   * is not whole in `prefix`, the beginning of its body.
   */
  of(exchange: Exchange, prefix: string): Reference | undefined;
}

/** For so long after one that failed the calls of a client are compared: whoever repeats later has decided anew. */
export const CALLS_COMPARED_MS = 120_000;

/** The most clients with a failed call that are remembered. */
const CLIENTS_KEPT = 1000;

/** Makes {@link CallDigests}. As long as no call fails, it compares a few values and hashes nothing. */
export function createCallDigests(references: References): CallDigests {
  const watched = new Map<Reference, number>();

  function isWatched({ client, startedAt }: Exchange): boolean {
    const until = watched.get(client);
    if (until === undefined) return false;
    if (startedAt <= until) return true;
    watched.delete(client);
    return false;
  }

  function watch({ client, endedAt }: Exchange): void {
    watched.delete(client);
    watched.set(client, endedAt + CALLS_COMPARED_MS);
    if (watched.size > CLIENTS_KEPT) watched.delete(watched.keys().next().value as Reference);
  }

  return {
    of(exchange, prefix) {
      if (exchange.rpcMethods[0] !== 'tools/call') return undefined;
      if (isCutOff(exchange) || failureOf(exchange) !== undefined) watch(exchange);
      else if (watched.size === 0 || !isWatched(exchange)) return undefined;
      const call = callIn(prefix);
      return call === undefined ? undefined : references.once(`call ${call}`);
    },
  };
}

/**
 * Name and arguments of a call as they are written, without the id of the request and without `_meta`, whose
 * progress token is another in each. Nothing when they are cut off, or stand in a batch.
 */
function callIn(prefix: string): string | undefined {
  if (!prefix.startsWith('{')) return undefined;
  let call: string | undefined;
  eachTopLevelMember(prefix, 0, (key, valueAt) => {
    if (key === 'params') call = nameAndArguments(prefix, valueAt);
    return key === 'params';
  });
  return call;
}

function nameAndArguments(prefix: string, paramsAt: number): string | undefined {
  let name: string | undefined;
  // A call without arguments is whole when its parameters are.
  let end = endOfNested(prefix, paramsAt);
  let given = '';
  eachTopLevelMember(prefix, paramsAt, (key, valueAt) => {
    if (key === 'name') name = stringAt(prefix, valueAt);
    if (key === 'arguments') {
      end = endOfNested(prefix, valueAt);
      given = prefix.slice(valueAt, end);
    }
    return false;
  });
  return name === undefined || end === undefined ? undefined : `${name} ${given}`;
}
