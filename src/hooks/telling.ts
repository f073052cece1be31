import { createCallDigests, isProbeAgent, type Exchange, type Listener } from '../exchange/index.ts';
import { createBacklog } from './backlog.ts';
import type { Asked } from './asked.ts';
import { sessionOf, streamKindOf, type Watch } from './watch.ts';

/** How a hook tells what it saw, and lets nothing out that fails in it. */
export interface Telling {
  /** Something in the hook failed. */
  readonly failed: (error: unknown) => void;
  /** What `run` answers; nothing when it fails. */
  readonly guarded: <Result>(run: () => Result) => Result | undefined;
  /** Runs `work` soon, in order, guarded (docs/decisions/0014). */
  readonly later: (work: () => void) => void;
  /** An exchange is over; `requestPrefix` is the beginning of what was sent with it. */
  readonly exchange: (exchange: Exchange, requestPrefix: string) => void;
  /** The head of a stream was seen. */
  readonly stream: (watch: Watch, asked: Asked) => void;
}

/** Makes a {@link Telling}, one for each hook. */
export function createTelling(listener: Listener): Telling {
  const { references } = listener;
  const digests = createCallDigests(references);
  const backlog = createBacklog(failed);

  function failed(error: unknown): void {
    listener.failed('hook', error);
  }

  return {
    failed,
    guarded(run) {
      try {
        return run();
      } catch (error) {
        failed(error);
        return undefined;
      }
    },
    later: (work) => backlog.add(work),
    exchange(exchange, requestPrefix) {
      const callDigest = digests.of(exchange, requestPrefix);
      listener.exchange(callDigest === undefined ? exchange : { ...exchange, callDigest });
    },
    stream(watch, asked) {
      listener.streamOpened({
        vantage: watch.vantage,
        target: watch.target,
        kind: streamKindOf(watch),
        session: sessionOf(watch, asked, references),
        byProbe: isProbeAgent(asked.agent) || undefined,
        at: watch.openedAt,
      });
    },
  };
}
