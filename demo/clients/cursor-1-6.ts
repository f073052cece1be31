import { setTimeout as sleep } from 'node:timers/promises';
import { createWire, type Wire } from './wire.ts';

/** Cursor 1.6 as reported in its forum (thread 134781). */
export interface Cursor {
  /** The switch in its settings: a new connection, with a new session. */
  switchOn(): Promise<void>;
  /** Calls the tool with the id it has, whatever was answered before; answers the status. */
  call(): Promise<number>;
  /** Tries twice to have its listening stream back, 1.0 s and 1.6 s after it was lost; answers the last status. */
  reopenStream(): Promise<number>;
  switchOff(): Promise<void>;
}

/** Makes a {@link Cursor}. It never begins a new session by itself: only its switch does. */
export function createCursor(url: URL): Cursor {
  let wire: Wire | undefined;
  let sessionId = '';
  const connected = (): Wire => {
    if (wire === undefined) throw new Error('Cursor is switched off');
    return wire;
  };
  return {
    async switchOn() {
      wire = createWire(url, { name: 'cursor-vscode', version: '1.0.0' });
      sessionId = await wire.initialize();
      await wire.listen(sessionId);
    },
    call: () => connected().call(sessionId),
    async reopenStream() {
      await sleep(1000);
      await connected().listen(sessionId);
      await sleep(600);
      return connected().listen(sessionId);
    },
    async switchOff() {
      const leaving = connected();
      wire = undefined;
      leaving.hangUp();
      await leaving.end(sessionId);
    },
  };
}
