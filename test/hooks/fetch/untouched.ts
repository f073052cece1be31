/** The host notices nothing: every scenario is played without and with the hook, and all that its program sees must be the same. */
import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { expect, test, vi } from 'vitest';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import type { Ending } from '../../../src/exchange/index.ts';
import { record } from '../node-http/recording.ts';
import { serve } from '../node-http/wire.ts';

/** Takes down what the program saw. */
export type Note = (what: string) => void;

/** A server, and a program that asks it. What is noted is compared, and so is every request as it came. */
export interface Scenario {
  readonly server: (note: Note) => RequestListener;
  readonly program: (send: typeof fetch, url: string, note: Note) => Promise<void>;
  /** How each exchange must have been told to end, or the comparison proves nothing. Default: one, `complete`. */
  readonly endings?: readonly Ending[];
}

/** What a client of the protocol sends. */
export const CALL = {
  method: 'POST',
  headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/call"}',
};

/** A long text by its length and hash. */
export function brief(text: string): string {
  return text.length < 200
    ? text
    : `${text.length} ${createHash('sha256').update(text, 'latin1').digest('hex')}`;
}

/** An error as the program sees it, causes included. */
export function told(error: unknown): string {
  const { name, message, cause } = error as Error;
  const { code } = (cause ?? {}) as { code?: string };
  return `${name}: ${message} (${code ?? 'no code'})`;
}

/** What an operation came to. */
export async function outcome(run: () => unknown): Promise<string> {
  try {
    const value = await run();
    return `fine: ${value instanceof Uint8Array ? Buffer.from(value).toString() : JSON.stringify(value)}`;
  } catch (error) {
    return told(error);
  }
}

async function play(scenario: Scenario, send: typeof fetch): Promise<string[]> {
  const noted: string[] = [];
  const note: Note = (what) => void noted.push(what);
  const handle = scenario.server(note);
  const port = await serve((request, response) => {
    const headers = request.rawHeaders.filter((_, i, all) => all[i - (i % 2)]?.toLowerCase() !== 'host');
    note(`${request.method} ${request.url} ${headers.join(' ')}`);
    let body = '';
    request.setEncoding('latin1').on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => note(`received ${brief(body)}`));
    handle(request, response);
  });
  const withoutPort: Note = (what) => note(what.replaceAll(String(port), 'PORT'));
  await scenario.program(send, `http://127.0.0.1:${port}/mcp`, withoutPort);
  return noted;
}

/** Plays each scenario without and with the hook. */
export function testUntouched(scenarios: Readonly<Record<string, Scenario>>): void {
  test.each(Object.entries(scenarios))('%s', async (_name, scenario) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    try {
      const without = await play(scenario, fetch);
      const recording = record();
      const within = await play(scenario, watchFetch(recording)(fetch));
      expect(within).toEqual(without);
      expect(without).not.toEqual([]);
      const { endings = ['complete'] } = scenario;
      await vi.waitFor(() => expect(recording.exchanges.map(({ ending }) => ending)).toEqual(endings), 3000);
      expect(recording.failures).toEqual([]);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
  });
}
