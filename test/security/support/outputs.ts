import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Texts that people and programs get to read, by where they come from. */
export type Outputs = Map<string, string>;

interface OpenApi {
  readonly paths: Readonly<Record<string, unknown>>;
}

/** All that a status server tells: every path of its API, with every id that it names, its page, metrics and tools. */
export async function outputsOf(origin: string, secretId: string): Promise<Outputs> {
  const outputs: Outputs = new Map();
  const read = async (path: string, accept = '*/*'): Promise<string> => {
    const response = await fetch(new URL(path, origin), { headers: { accept } });
    const head = JSON.stringify([...response.headers]);
    const text = await response.text();
    outputs.set(`${path} ${accept}`, `${response.status} ${head} ${text}`);
    return text;
  };
  for (const path of ['/', '/metrics', '/healthz', '/readyz', '/nowhere']) await read(path);
  await read('/metrics', 'application/openmetrics-text');
  await read(`/api/v1/sessions/${secretId}`);
  await read(`/api/v1/faults?q=${secretId}&fault=${secretId}`);
  await read(`/api/v1/sessions?nonsense=${secretId}`);
  const { paths } = JSON.parse(await read('/api/v1/openapi.json')) as OpenApi;
  const ids = new Map<string, string[]>();
  for (const path of Object.keys(paths).filter((each) => !each.includes('{'))) {
    const list = path.startsWith('/faults') ? `${path}?state=all&limit=200` : path;
    const told = await read(`/api/v1${list}`);
    ids.set(
      path,
      [...told.matchAll(/"(?:id|ref)":"([^"]+)"/g)].map(([, id]) => id ?? ''),
    );
  }
  for (const path of Object.keys(paths).filter((each) => each.includes('{'))) {
    const list = path.slice(0, path.indexOf('/{'));
    for (const id of new Set(ids.get(list)))
      await read(`/api/v1${path.replace('{id}', encodeURIComponent(id))}`);
  }
  outputs.set('/events', await firstEvent(new URL('/events', origin)));
  for (const [name, text] of await toolsOf(new URL('/mcp', origin), ids, secretId)) outputs.set(name, text);
  return outputs;
}

async function firstEvent(url: URL): Promise<string> {
  const stop = new AbortController();
  const { body } = await fetch(url, { signal: stop.signal });
  let text = '';
  for await (const chunk of (body as ReadableStream<Uint8Array>).pipeThrough(
    new TextDecoderStream() as never,
  )) {
    text += String(chunk);
    if (/data: .*\n\n/.test(text)) break;
  }
  stop.abort();
  return text;
}

async function toolsOf(url: URL, ids: ReadonlyMap<string, string[]>, secretId: string): Promise<Outputs> {
  const outputs: Outputs = new Map();
  const client = new Client({ name: 'agent', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(url));
  const ask = async (name: string, question: Record<string, unknown>): Promise<void> => {
    const answer = await client
      .callTool({ name, arguments: question })
      .catch((error: unknown) => String(error));
    outputs.set(`/mcp ${name} ${Object.keys(question).join()} ${outputs.size}`, JSON.stringify(answer));
  };
  outputs.set('/mcp tools/list', JSON.stringify(await client.listTools()));
  await ask('list_faults', { limit: 50 });
  await ask('list_clients', {});
  for (const id of new Set(ids.get('/faults'))) await ask('explain_fault', { id });
  for (const session of new Set(ids.get('/sessions'))) await ask('explain_session', { session });
  for (const wrong of [secretId, secretId.repeat(200)]) {
    await ask('explain_session', { session: wrong });
    await ask('explain_fault', { id: wrong });
    await ask('list_faults', { fault: wrong, side: wrong });
    await ask('list_faults', { cursor: wrong });
  }
  await client.close();
  return outputs;
}
