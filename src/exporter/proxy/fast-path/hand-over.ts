import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Begun } from '../passage.ts';

/** Gives connections to node:http. */
export interface HandOver {
  /** Gives one, with what was read of it and not answered, and with what was done for it. */
  give(socket: Socket, read: Buffer, begun: Begun | undefined): void;
  /** What was done for the request with which it was given; told once. */
  take(socket: Socket): Begun | undefined;
}

/** Makes a {@link HandOver}: from here on `server` gets no connection but by it. */
export function createHandOver(server: Server): HandOver {
  const adopt = server.listeners('connection');
  server.removeAllListeners('connection');
  const given = new WeakMap<Socket, Begun>();

  function abandon(socket: Socket): void {
    const begun = given.get(socket);
    if (begun === undefined) return;
    given.delete(socket);
    begun.way.passing.ended('left');
    begun.underway.over();
    begun.sent?.answer.destroy();
  }

  return {
    give(socket, read, begun) {
      if (begun !== undefined) {
        given.set(socket, begun);
        socket.once('close', () => abandon(socket));
      }
      socket.pause();
      // Not within the event that brought the bytes: node reads a connection from below its events.
      process.nextTick(() => {
        if (socket.destroyed) return;
        for (const listener of adopt) Reflect.apply(listener, server, [socket]);
        socket.unshift(read);
        socket.resume();
      });
    },
    take(socket) {
      const begun = given.get(socket);
      given.delete(socket);
      return begun;
    },
  };
}
