import type { Server } from 'node:http';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { breakOff, isHttp1, type ClientResponse } from './messages.ts';
import { createSlots } from './slots.ts';

/** An answer under way. */
export interface Underway {
  readonly response: ClientResponse;
  /** Whether it is an event stream. */
  isStream: boolean;
  /** Whether the client has it, or has left. */
  isOver: boolean;
}

/** Knows what is under way, and ends it. */
export interface Drain {
  /** Follows the connections of a server. */
  follow(server: Server | Http2SecureServer): void;
  /** A request has come. */
  began(response: ClientResponse): Underway;
  /** Accepts no more, waits for what is under way, and ends what is left in the end. */
  begin(): Promise<void>;
  /** Ends everything at once. */
  now(): Promise<void>;
}

/** Makes a {@link Drain} that waits for `timeout` ms. */
export function createDrain(timeout: number): Drain {
  const underway = createSlots<Underway>();
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let server: Server | Http2SecureServer | undefined;
  let closed: Promise<void> | undefined;
  let whenIdle: (() => void) | undefined;

  function stopAccepting(): Promise<void> {
    return (closed ??= new Promise((resolve) => {
      if (server?.listening !== true) return resolve();
      server.close(() => resolve());
      for (const session of sessions) session.close();
      for (const { response } of underway) letGo(response);
    }));
  }

  async function now(): Promise<void> {
    const isClosed = stopAccepting();
    for (const { response } of underway) breakOff(response);
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
    await isClosed;
  }

  return {
    follow(followed) {
      server = followed;
      remember(followed, 'connection', sockets);
      remember(followed, 'session', sessions);
    },
    began(response) {
      const begun: Underway = { response, isStream: false, isOver: false };
      const at = underway.put(begun);
      if (closed !== undefined) letGo(response);
      response.once('close', () => {
        begun.isOver = true;
        underway.clear(at);
        if (underway.size === 0) whenIdle?.();
      });
      return begun;
    },
    async begin() {
      void stopAccepting();
      if (underway.size > 0) await idleWithin(timeout, (idle) => (whenIdle = idle));
      for (const { response, isStream } of underway) {
        // An event stream may end at any time, and its client comes back; of any other answer that would make a lie.
        if (isStream) response.end();
        else breakOff(response);
      }
      // What was ended goes out first.
      if (underway.size > 0) await idleWithin(LAST_WORDS_MS, (idle) => (whenIdle = idle));
      await now();
    },
    now,
  };
}

const LAST_WORDS_MS = 500;

/** Its connection ends with the answer. */
function letGo(response: ClientResponse): void {
  if (isHttp1(response)) response.shouldKeepAlive = false;
}

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
