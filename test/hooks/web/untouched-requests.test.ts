import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { watchWeb, type WebHandler } from '../../../src/hooks/web/index.ts';
import { record } from '../node-http/recording.ts';
import { rpc } from '../node-http/wire.ts';
import { ask, brief, CALL, testUntouched, told, type Note, type Scenario } from './untouched.ts';

const LONG = rpc('tools/call', { name: 'add', arguments: { text: 'größe '.repeat(100_000) } });

async function outcome(run: () => Promise<unknown>): Promise<string> {
  try {
    const value = await run();
    if (value instanceof ArrayBuffer) return brief(Buffer.from(value).toString('latin1'));
    if (value instanceof Uint8Array) return brief(Buffer.from(value).toString('latin1'));
    if (value instanceof Blob) return `${value.type} ${brief(await value.text())}`;
    return brief(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    return told(error);
  }
}

/** A handler that reads its request in some way, and says what came of it. */
function reading(read: (request: Request, note: Note) => Promise<unknown>, body?: string): Scenario {
  return {
    handler: (note) => async (request) => {
      note(await outcome(() => read(request, note)));
      note(`used ${request.bodyUsed}`);
      return Response.json({ jsonrpc: '2.0', id: 1, result: {} });
    },
    client: (port, note) => ask(port, note, 'POST', body),
  };
}

async function chunksOf(body: ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>)
    text += Buffer.from(chunk).toString('latin1');
  return text;
}

describe('without and with the hook the handler reads the same', () => {
  testUntouched({
    'as JSON': reading((request) => request.json()),
    'as JSON, a long one': reading((request) => request.json(), LONG),
    'as JSON that is none': reading((request) => request.json(), '{"jsonrpc":'),
    'as text': reading((request) => request.text(), LONG),
    'as bytes in a buffer': reading((request) => request.arrayBuffer(), LONG),
    'as bytes': reading((request) => ('bytes' in request ? request.bytes() : Promise.resolve('none'))),
    'as a blob': reading((request) => request.blob()),
    'as a form, which it is not': reading((request) => request.formData()),
    'as a stream': reading((request) => chunksOf(request.body), LONG),
    'as a stream, in part': reading(async (request) => {
      const reader = request.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      await reader?.cancel('enough');
      return (value?.length ?? 0) > 0;
    }, LONG),
    'as a stream that is another each time or not': reading(async (request) => request.body === request.body),
    'not at all': reading(async () => 'unread'),
    'not at all, and long': reading(async () => 'unread', LONG),
    twice: reading(async (request, note) => {
      note(await outcome(() => request.text()));
      return request.json();
    }),
    'through a stream that was taken before': reading(async (request, note) => {
      const { body } = request;
      note(`locked ${body?.locked}`);
      note(await outcome(() => request.text()));
      return request.body?.locked;
    }),
    'from a copy, and then itself': reading(async (request, note) => {
      note(await outcome(() => request.clone().json()));
      return request.text();
    }, LONG),
    'from a copy of a copy': reading((request) => request.clone().clone().text()),
    'from a request made of it': reading((request) => new Request(request).text(), LONG),
    'from a request with its body': reading((request) =>
      new Request('http://localhost/other', {
        method: 'POST',
        body: request.body,
        duplex: 'half',
      } as RequestInit).text(),
    ),
    'from a copy made too late': reading(async (request) => {
      await request.text();
      return request.clone().text();
    }),
    'later than its answer': {
      handler: (note) => (request) => {
        const body = request.text();
        void delay(20).then(async () => note(await outcome(() => body)));
        return new Response(null, { status: 202 });
      },
      client: async (port, note) => {
        await ask(port, note);
        await delay(50);
      },
    },
    'with what it is known by': reading(async (request, note) => {
      const { url, method, headers } = request;
      note(
        `${url.replace(/:\d+/, '')} ${method} ${headers.get('content-type')} ${request instanceof Request}`,
      );
      note(Object.keys(request).join());
      return Object.entries(request).length;
    }),
  });
});

describe('what is called', () => {
  const request = (): Request => new Request('http://localhost/mcp', CALL);

  test('gets the very request, the rest and `this`, and its answer comes as it gives it', async () => {
    const asked = request();
    const handler = {
      seen: [] as unknown[],
      fetch(this: { seen: unknown[] }, ...args: [Request, string, object]): Response {
        this.seen = args;
        return new Response(null, { status: 202 });
      },
    };
    const recording = record();
    Object.assign(handler, { fetch: watchWeb(recording)(Reflect.get(handler, 'fetch') as WebHandler) });
    const rest = {};
    expect(handler.fetch(asked, 'env', rest)).toBeInstanceOf(Response);
    expect(handler.seen[0]).toBe(asked);
    expect(handler.seen.slice(1)).toEqual(['env', rest]);
    expect(await recording.first()).toMatchObject({ status: 202, ending: 'complete' });
  });

  test('gets a request that is none of the protocol as it is', async () => {
    const other = new Request('http://localhost/login', { method: 'POST', body: 'secret' });
    const recording = record();
    const text: unknown = Reflect.get(other, 'text');
    const answer = new Response('data: 1\n\n', { headers: { 'content-type': 'text/event-stream' } });
    const within: WebHandler = watchWeb(recording)(() => answer);
    expect(within(other)).toBe(answer);
    expect(Reflect.get(other, 'text')).toBe(text);
    expect(Object.getOwnPropertyNames(other)).toEqual(
      Object.getOwnPropertyNames(new Request('http://localhost')),
    );
    await delay(20);
    expect(recording.exchanges).toEqual([]);
  });

  test.each([undefined, null, 7, {}])('may answer %o, which is no answer', async (nothing) => {
    const recording = record();
    const within: WebHandler = watchWeb(recording)(() => nothing as Response);
    expect(within(request())).toBe(nothing);
  });
});
