import { setTimeout as sleep } from 'node:timers/promises';
import type { RestartableServer } from './restartable-server.ts';

/** What a story has to work with: a server of its own, a voice, and time. */
export interface Scene {
  readonly url: URL;
  /** Restarts the server: it forgets every session. */
  restart(): Promise<void>;
  /** Tells what happens. */
  say(text: string): void;
  /** Tells what a client does and how it is answered. Throws when the answer is not `wanted`: then it is another story. */
  show(text: string, answered: number | Promise<number>, wanted: number): Promise<void>;
  pause(seconds: number): Promise<void>;
}

/** Sets the scene on a running server. `signal` ends its pauses, and with them the story. */
export function setScene(server: RestartableServer, say: (text: string) => void, signal: AbortSignal): Scene {
  return {
    url: server.url,
    say,
    async restart() {
      await server.restart();
      say('the server was restarted and has forgotten every session');
    },
    async show(text, answered, wanted) {
      const status = await answered;
      say(`${text}: ${status}`);
      if (status !== wanted) throw new Error(`${text}: answered ${status}, which should have been ${wanted}`);
    },
    pause: (seconds) => sleep(seconds * 1000, undefined, { signal }),
  };
}
