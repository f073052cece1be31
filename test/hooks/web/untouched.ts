/** The host notices nothing: every scenario is played without and with the hook, and all that its handler and its client see must be the same. */
import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import { expect, test, vi } from 'vitest';
import type { Ending } from '../../../src/exchange/index.ts';
import { watchWeb } from '../../../src/hooks/web/index.ts';
import { brief, CALL, told, type Note } from '../fetch/untouched.ts';
import { record } from '../node-http/recording.ts';
import { listen, open, read, requestText } from '../node-http/wire.ts';

export { brief, CALL, told, type Note };

/** A handler, and whoever asks it. What is noted is compared. */
export interface Scenario {
  readonly handler: (note: Note) => (request: Request, ...rest: unknown[]) => Response | Promise<Response>;
  /** Default: one `tools/call`, whose answer is noted byte for byte. */
  readonly client?: (port: number, note: Note) => Promise<void>;
  /** How each exchange must have been told to end, or the comparison proves nothing. Default: one, `complete`. */
  readonly endings?: readonly Ending[];
}

/** A request on the wire, and every byte that came back; how a header's name is written does not matter, nor the order. */
export async function ask(port: number, note: Note, method = 'POST', body = CALL.body): Promise<void> {
  const socket = await open(port);
  socket.write(requestText(method, { ...CALL.headers, connection: 'close' }, method === 'POST' ? body : ''));
  const [head = '', ...rest] = (await read(socket)).split('\r\n\r\n');
  const [status, ...headers] = head.split('\r\n');
  const named = headers.map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()));
  note(
    `${status} ${named
      .filter((line) => !line.startsWith('date:'))
      .toSorted()
      .join(' ')}`,
  );
  note(brief(rest.join('\r\n\r\n')));
}

type Handler = (request: Request, ...rest: unknown[]) => Response | Promise<Response>;

async function play(scenario: Scenario, wrap: (handler: Handler) => Handler): Promise<string[]> {
  const noted: string[] = [];
  const note: Note = (what) => void noted.push(what);
  const handle = wrap(scenario.handler(note));
  const server = createAdaptorServer({ fetch: (request: Request, ...rest) => handle(request, ...rest) });
  const { client = ask } = scenario;
  await client(await listen(server as Server), note);
  return noted;
}

/** Plays each scenario without and with the hook. */
export function testUntouched(scenarios: Readonly<Record<string, Scenario>>): void {
  test.each(Object.entries(scenarios))('%s', async (_name, scenario) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const without = await play(scenario, (handler) => handler);
      const recording = record();
      const within = await play(scenario, watchWeb(recording));
      expect(within).toEqual(without);
      expect(without).not.toEqual([]);
      const { endings = ['complete'] } = scenario;
      await vi.waitFor(() => expect(recording.exchanges.map(({ ending }) => ending)).toEqual(endings), 3000);
      expect(recording.failures).toEqual([]);
      expect(unhandled).toEqual([]);
    } finally {
      vi.restoreAllMocks();
      process.off('unhandledRejection', onUnhandled);
    }
  });
}
