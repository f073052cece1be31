import type { ServerResponse } from 'node:http';

/** Everyone who has the page open. */
export interface Audience {
  /** Begins to tell one more; answers false when the house is full. */
  join(response: ServerResponse, head: Readonly<Record<string, string>>): boolean;
  /** Tells everyone the current state, unless they know it. */
  tell(): void;
  /** Sends everyone away, and lets nobody in again. */
  close(): void;
  readonly size: number;
}

const LIMIT = 32;

/** So many times as long as a reading takes passes before the next. */
const REST_TIMES = 100;

/** A page takes the line for dead that is silent for longer than 15 s. */
const LONGEST_REST_MS = 8000;

/**
 * Makes an {@link Audience} of server-sent events. `read` answers the state as JSON, and is only asked when
 * somebody listens. Every event is a whole state, so one that a slow reader has no room for may be left out; its id
 * is the time, for a reader whose clock differs. Of a state that is costly to read there are fewer: a page that is
 * open takes a hundredth of a processor at most.
 */
export function createAudience(read: () => string, now: () => number, limit = LIMIT): Audience {
  const known = new Map<ServerResponse, string>();
  let closed = false;
  let restingUntil = 0;

  function send(response: ServerResponse, state: string): void {
    if (known.get(response) === state || response.writableNeedDrain) return;
    known.set(response, state);
    response.write(`id: ${Math.round(now())}\ndata: ${state}\n\n`);
  }

  return {
    join(response, head) {
      if (closed || known.size >= limit) return false;
      known.set(response, '');
      response.on('close', () => known.delete(response));
      response.writeHead(200, { ...head, 'content-type': 'text/event-stream; charset=utf-8' });
      response.write('retry: 2000\n\n');
      send(response, read());
      return true;
    },
    tell() {
      if (known.size === 0 || performance.now() < restingUntil) return;
      const begun = performance.now();
      const state = read();
      const tookMs = performance.now() - begun;
      restingUntil = begun + Math.min(REST_TIMES * tookMs, LONGEST_REST_MS);
      for (const response of known.keys()) send(response, state);
    },
    close() {
      closed = true;
      for (const response of known.keys()) response.end();
    },
    get size() {
      return known.size;
    },
  };
}
