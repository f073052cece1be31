import type { Socket } from 'node:net';
import type { Listener } from '../../exchange/index.ts';

/** The connections of this program that carry the protocol and are open. */
export interface Connections {
  /** A request goes out on this connection; told as opened when it is the first. */
  used(socket: Socket, target: string): void;
  /** Lets go of all of them, as if they had been closed. */
  letGo(): void;
}

/** Makes {@link Connections}. */
export function createConnections(tell: Listener['connection']): Connections {
  /** Each with the target that it was first used for. */
  const open = new Map<Socket, string>();

  function closed(this: Socket): void {
    const target = open.get(this);
    if (target === undefined) return;
    open.delete(this);
    this.off('close', closed);
    tell({ vantage: 'client', target, change: 'closed' });
  }

  return {
    used(socket, target) {
      if (open.has(socket) || socket.destroyed) return;
      open.set(socket, target);
      socket.on('close', closed);
      tell({ vantage: 'client', target, change: 'opened' });
    },
    letGo() {
      for (const socket of open.keys()) closed.call(socket);
    },
  };
}
