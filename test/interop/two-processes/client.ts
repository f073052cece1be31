/** A watched client, that does as its parent says: `client.ts <1|2-legacy|2-auto> <url>`. */
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { SpanKind, trace } from '@opentelemetry/api';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { watching } from './watching.ts';

const [, , kind = '', address = ''] = process.argv;
const { observer, watch } = watching('client');
const tracer = trace.getTracer('program');
const watchedFetch = watchFetch(observer)(fetch);

/** With the span that instrumentation of HTTP makes. */
const send: typeof fetch = (input, init) =>
  tracer.startActiveSpan(init?.method ?? '', { kind: SpanKind.CLIENT }, (span) =>
    watchedFetch(input, init).finally(() => span.end()),
  );

interface Connected {
  callTool(call: { readonly name: string }): Promise<unknown>;
  getPrompt(prompt: { readonly name: string }): Promise<unknown>;
  readResource(resource: { readonly uri: string }): Promise<unknown>;
  close(): Promise<void>;
}

async function connect(): Promise<Connected> {
  const introduction = { name: 'program', version: '1.0.0' };
  const url = new URL(address);
  if (kind === '1') {
    const client = new Client1(introduction);
    await client.connect(watch(new Transport1(url, { fetch: send })));
    return client;
  }
  const mode = kind === '2-auto' ? 'auto' : 'legacy';
  const client = new Client2(introduction, { versionNegotiation: { mode } });
  await client.connect(watch(new Transport2(url, { fetch: send })));
  return client;
}

let client: Connected | undefined;

/** What the parent may ask for; each is a trace of its own. */
const deeds: Readonly<Record<string, () => Promise<unknown>>> = {
  async connect() {
    client = await connect();
  },
  works: async () => client?.callTool({ name: 'works' }),
  fails: async () => client?.callTool({ name: 'fails' }),
  greets: async () => client?.getPrompt({ name: 'greets' }),
  missing: async () => client?.getPrompt({ name: 'missing' }),
  reads: async () => client?.readResource({ uri: 'https://user:secret@example.org/page?token=1' }),
  close: async () => client?.close(),
  refresh: async () => observer.refresh(),
};

async function done(deed: string): Promise<{ readonly failed?: string }> {
  return tracer.startActiveSpan(deed, async (span) => {
    try {
      await deeds[deed]?.();
      return {};
    } catch (error) {
      return { failed: String(error) };
    } finally {
      span.end();
    }
  });
}

process.on('message', (deed: string) => void done(deed).then((outcome) => process.send?.(outcome)));
process.send?.('ready');
