import type { Server } from 'node:http';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { createSlots } from './slots.ts';

/** How an answer under way can be ended. */
export interface Ending {
  /** Its connection ends with the answer. */
  letGo(): void;
  /** Ends it as event streams end. */
  end(): void;
  /** Breaks it off, so that nobody takes what came of it for the whole. */
  breakOff(): void;
}

/** An answer under way. */
export interface Underway {
  /** Whether it is an event stream. */
  isStream: boolean;
  /** Whether the client has it, or has left. */
  readonly isOver: boolean;
  /** The client has it, or has left. */
  over(): void;
}

/** Knows what is under way, and ends it. */
export interface Drain {
  /** Follows the connections of a server; `closeUnused` ends those that it does not know to be unused. */
  follow(server: Server | Http2SecureServer, closeUnused: () => void): void;
  /** A request has come. */
  began(ending: Ending): Underway;
  /** Whether nothing is accepted any more. */
  readonly hasBegun: boolean;
  /** Accepts no more, waits for what is under way, and ends what is left in the end. */
  begin(): Promise<void>;
  /** Ends everything at once. */
  now(): Promise<void>;
}

/** Makes a {@link Drain} that waits for `timeout` ms. */
export function createDrain(timeout: number): Drain {
  const underway = createSlots<Underway & { readonly ending: Ending }>();
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let server: Server | Http2SecureServer | undefined;
  let closeUnused: () => void;
  let closed: Promise<void> | undefined;
  let whenIdle: (() => void) | undefined;

  function stopAccepting(): Promise<void> {
    return (closed ??= new Promise((resolve) => {
      if (server?.listening !== true) return resolve();
      server.close(() => resolve());
      closeUnused();
      for (const session of sessions) session.close();
      for (const { ending } of underway) ending.letGo();
    }));
  }

  async function now(): Promise<void> {
    const isClosed = stopAccepting();
    for (const { ending } of underway) ending.breakOff();
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
    await isClosed;
  }

  function began(ending: Ending): Underway {
    const begun = {
      ending,
      isStream: false,
      isOver: false,
      over() {
        if (begun.isOver) return;
        begun.isOver = true;
        underway.clear(at);
        if (underway.size === 0) whenIdle?.();
      },
    };
    const at = underway.put(begun);
    if (closed !== undefined) ending.letGo();
    return begun;
  }

  return {
    follow(followed, close) {
      server = followed;
      closeUnused = close;
      remember(followed, 'connection', sockets);
      remember(followed, 'session', sessions);
    },
    began,
    get hasBegun() {
      return closed !== undefined;
    },
    async begin() {
      void stopAccepting();
      if (underway.size > 0) await idleWithin(timeout, (idle) => (whenIdle = idle));
      for (const { ending, isStream } of underway) {
        // An event stream may end at any time, and its client comes back; of any other answer that would make a lie.
        if (isStream) ending.end();
        else ending.breakOff();
      }
      // What was ended goes out first.
      if (underway.size > 0) await idleWithin(LAST_WORDS_MS, (idle) => (whenIdle = idle));
      await now();
    },
    now,
  };
}

const LAST_WORDS_MS = 500;

function remember<Item extends NodeJS.EventEmitter>(
  server: Server | Http2SecureServer,
  event: string,
  items: Set<Item>,
): void {
  server.on(event, (item: Item) => {
    items.add(item);
    item.once('close', () => items.delete(item));
  });
}

function idleWithin(timeout: number, whenIdle: (idle: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeout);
    whenIdle(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
