/** The host notices nothing: every scenario is played without and with the hook, and all that its program sees must be the same. */
import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Ending } from '../../../src/exchange/index.ts';
import { record, type Recording } from '../node-http/recording.ts';
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

/** Scenarios by what happens in them. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** A hook in a client. */
export interface Hook {
  /** What the program sends with while nobody watches. */
  readonly send: typeof fetch;
  /** Watches from now on: what the program sends with then, and how that ends. */
  readonly watch: (recording: Recording) => { readonly send: typeof fetch; readonly stop: () => void };
  /** Where the hook tells other endings than a scenario names, and why is said beside them. */
  readonly endings?: Readonly<Record<string, readonly Ending[]>>;
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

/** Plays each scenario without and with a hook. */
export function testUntouched(hook: Hook, scenarios: Scenarios): void {
  test.each(Object.entries(scenarios))('%s', async (name, scenario) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    const recording = record();
    try {
      const without = await play(scenario, hook.send);
      const { send, stop } = hook.watch(recording);
      onTestFinished(stop);
      const within = await play(scenario, send);
      expect(within).toEqual(without);
      expect(without).not.toEqual([]);
      const endings = hook.endings?.[name] ?? scenario.endings ?? ['complete'];
      // Where nothing is to be told there is nothing to wait for.
      if (endings.length === 0) await delay(50);
      await vi.waitFor(() => expect(recording.exchanges.map(({ ending }) => ending)).toEqual(endings), 3000);
      expect(recording.failures).toEqual([]);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
  });
}
