import type { IncomingMessage, RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type RestartableServer } from '../../demo/restartable-server.ts';
import { createReferences, type Listener, type Vantage } from '../../src/exchange/index.ts';
import { watchNodeHttp } from '../../src/hooks/node-http/index.ts';
import { recordTo } from '../../src/recording/index.ts';
import { createStretchableClock, type Stretch } from './clock.ts';
import type { Story } from './story.ts';

/** Where a story is played: its servers are watched by a hook of its own, and what is seen is recorded. */
export interface Stage {
  /** Starts a server on a free port, with the hook attached; it is closed when the story is over. */
  serve(make: () => RequestListener): Promise<RestartableServer>;
  /** Starts a server that is not watched: what stands behind a proxy. */
  serveUnwatched(make: () => RequestListener): Promise<RestartableServer>;
  /** Really waits. */
  rest(seconds: number): Promise<void>;
  /** Waits `real` seconds, which the recorder takes for `recorded`. The recording then counts as stretched. */
  stretch(recorded: number, real: number): Promise<void>;
  /** Has `close` called when the story is over, before anything that was begun earlier is closed. */
  whenOver(close: () => unknown): void;
  /** A file for a recording that is made by another process; its runs become part of this story's. */
  anotherFile(): string;
  readonly signal: AbortSignal;
}

/** What was recorded of a story. */
export interface Played {
  /** The files in the order in which their runs began. */
  readonly files: readonly string[];
  readonly stretches: readonly Stretch[];
}

/** Plays a story, and records it into files that begin with `prefix`. Rejects when it breaks off, or the hook fails. */
export async function playStory(story: Story, prefix: string, signal: AbortSignal): Promise<Played> {
  const clock = createStretchableClock();
  const ports = new Set<number>();
  const failures: unknown[] = [];
  const closers: (() => unknown)[] = [];
  const files: string[] = [];
  let stopWatching: (() => Promise<void>) | undefined;

  function watch(): void {
    const file = `${prefix}.0`;
    files.unshift(file);
    const { about, expect = [] } = story;
    const recorder = recordTo(silent(clock.now, failures), file, { about, expect });
    const stop = watchNodeHttp(standingAt(recorder, story.vantage ?? 'server'), {
      ignore: (request: IncomingMessage) => !ports.has(request.socket.localPort ?? 0),
    });
    stopWatching = async () => {
      // The last answers are told when their connections are closed.
      await sleep(100);
      stop();
      await recorder.close();
    };
  }

  async function start(make: () => RequestListener): Promise<RestartableServer> {
    const server = await startServer(make);
    closers.push(() => server.close());
    return server;
  }

  const stage: Stage = {
    async serve(make) {
      if (stopWatching === undefined) watch();
      const server = await start(make);
      ports.add(server.port);
      return server;
    },
    serveUnwatched: start,
    rest: (seconds) => sleep(seconds * 1000, undefined, { signal }),
    stretch: clock.stretch,
    whenOver: (close) => void closers.push(close),
    anotherFile() {
      const file = `${prefix}.${files.length + 1}`;
      files.push(file);
      return file;
    },
    signal,
  };

  try {
    await untilAborted(story.play(stage), signal);
  } finally {
    for (const close of closers.toReversed()) await Promise.resolve(close()).catch(() => {});
    await stopWatching?.();
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the hook or the recorder failed');
  return { files, stretches: clock.stretches };
}

/** A listener that keeps nothing: only the recorder in front of it matters. */
function silent(now: () => number, failures: unknown[]): Listener {
  return {
    now,
    references: createReferences(),
    exchange() {},
    streamOpened() {},
    connection() {},
    failed: (_stage, error) => void failures.push(error),
  };
}

/** The hook for node:http says it stands in the server; in a proxy that is not so. */
function standingAt(listener: Listener, vantage: Vantage): Listener {
  if (vantage === 'server') return listener;
  return {
    ...listener,
    exchange: (exchange) => listener.exchange({ ...exchange, vantage }),
    streamOpened: (stream) => listener.streamOpened({ ...stream, vantage }),
    connection: (change) => listener.connection({ ...change, vantage }),
  };
}

function untilAborted(played: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([played, promise]).finally(() => signal.removeEventListener('abort', abort));
}
