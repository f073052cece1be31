import type { BodyClass } from './body-class.ts';
import type { Exchange } from './exchange.ts';
import { eachTopLevelMember, endOfNested, stringAt } from './json-prefix.ts';
import type { Reference, References } from './references.ts';

/** Tells equal calls from others, where it may matter. */
export interface CallDigests {
  /**
   * The digest of a `tools/call` that was cut off, and of every one that its client sends in the minute after;
   * nothing for any other exchange, nor for a call that is not whole in `prefix`, the beginning of its body.
   */
  of(exchange: Exchange, prefix: string): Reference | undefined;
}

/** A repeat later than this is a new decision of whoever calls (FM-12). */
const WATCHED_MS = 60_000;

/** The most clients with a call cut off that are remembered. */
const CLIENTS_KEPT = 1000;

/** Makes {@link CallDigests}. As long as no call is cut off, it compares a few values and hashes nothing. */
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
    watched.set(client, endedAt + WATCHED_MS);
    if (watched.size > CLIENTS_KEPT) watched.delete(watched.keys().next().value as Reference);
  }

  return {
    of(exchange, prefix) {
      const cut = isCutOff(exchange);
      if ((!cut && watched.size === 0) || exchange.rpcMethods[0] !== 'tools/call') return undefined;
      if (!cut && !isWatched(exchange)) return undefined;
      if (cut) watch(exchange);
      const call = callIn(prefix);
      return call === undefined ? undefined : references.once(`call ${call}`);
    },
  };
}

/**
 * Whether the client cannot know what became of its request, though the server had begun to work on it: the answer
 * broke off behind its head and before any data, or it is an error of the server. No head at all, a 503, and words
 * about the session say that nothing had begun, or leave it open.
 */
export function isCutOff({ status, ending, bodyClass, stream }: Exchange): boolean {
  if (status >= 500) return status !== 503 && SILENT.has(bodyClass);
  // A client that hangs up once it has what it wants knows how its request ended.
  return status >= 200 && status < 300 && CUT.has(ending) && stream?.carriedData !== true;
}

const CUT: ReadonlySet<string> = new Set(['aborted', 'reset']);

const SILENT: ReadonlySet<BodyClass> = new Set<BodyClass>(['none', 'other']);

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
