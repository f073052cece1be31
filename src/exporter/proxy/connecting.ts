import type { Socket } from 'node:net';

/** What becomes of a connection that is asked for. */
export interface Connecting {
  readonly connected: () => void;
  readonly timedOut: (error: Error) => void;
}

/** The error of a connection that was not had in time. */
export const TIMED_OUT = new Error('The upstream did not accept a connection in time.');

/** Tells once there is a connection, at once where there is one already, or that there was none within `timeout` ms. */
export function onceConnected(socket: Socket, timeout: number, { connected, timedOut }: Connecting): void {
  if (!socket.connecting) return connected();
  let isConnected = false;
  const giveUp = (): void => void (isConnected || timedOut(TIMED_OUT));
  // After a standstill of the process timers come before the connection that was had meanwhile.
  const timer = setTimeout(() => setImmediate(giveUp), timeout);
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
    isConnected = true;
    clearTimeout(timer);
    connected();
  });
  socket.once('close', () => clearTimeout(timer));
}
