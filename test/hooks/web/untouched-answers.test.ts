import { setTimeout as delay } from 'node:timers/promises';
import { describe } from 'vitest';
import { open, read, requestText } from '../node-http/wire.ts';
import { ask, CALL, testUntouched, type Note, type Scenario } from './untouched.ts';

const STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

/** A handler that answers whatever it is asked. */
function answering(answer: () => Response | Promise<Response>, method?: string): Scenario {
  return { handler: () => answer, client: (port, note) => ask(port, note, method) };
}

/** A stream of the program's own, which notes what becomes of it. */
function source(note: Note, pull: UnderlyingDefaultSource['pull']): ReadableStream {
  return new ReadableStream({
    ...(pull && { pull }),
    cancel: (reason) => note(`cancelled: ${String(reason)}`),
  });
}

function events(count: number): UnderlyingDefaultSource['pull'] {
  let sent = 0;
  return async (controller) => {
    if (sent === count) return controller.close();
    await delay(2);
    controller.enqueue(new TextEncoder().encode(`id: ${sent}\ndata: {"n":${sent++}}\n\n`));
  };
}

/** Asks, leaves as soon as `enough` has come, and gives the program a moment to notice. */
function leaving(enough: string): NonNullable<Scenario['client']> {
  return async (port, note) => {
    const socket = await open(port);
    socket.write(requestText('POST', CALL.headers, CALL.body));
    await read(socket, (text) => text.includes(enough));
    socket.destroy();
    await delay(50);
    note('left');
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [] } };

describe('without and with the hook the answer is the same', () => {
  testUntouched({
    JSON: answering(() => Response.json(RESULT, { headers: { 'mcp-session-id': 'one', 'x-other': '1' } })),
    'JSON, promised': answering(async () => Response.json(RESULT)),
    'long JSON': answering(() => Response.json({ ...RESULT, result: 'größe '.repeat(100_000) })),
    'with a length of its own': answering(
      () => new Response('{}', { headers: { ...JSON_TYPE, 'content-length': '2' } }),
    ),
    'bytes of no text': answering(() => new Response(Uint8Array.from({ length: 70_000 }, (_, i) => i % 256))),
    'a blob': answering(() => new Response(new Blob(['{"a":1}'], { type: 'application/json' }))),
    'a page': answering(
      () => new Response('<!doctype html>', { status: 404, headers: { 'content-type': 'text/html' } }),
    ),
    'nothing, accepted': answering(() => new Response(null, { status: 202 })),
    'nothing, as JSON': answering(() => new Response(null, { status: 202, headers: JSON_TYPE })),
    'an empty text': answering(() => new Response('')),
    'a redirection': answering(() => Response.redirect('http://localhost/elsewhere', 307)),
    'an error with a status text': answering(
      () => new Response('{}', { status: 404, statusText: 'Gone for good', headers: JSON_TYPE }),
    ),
    'several cookies': answering(
      () =>
        new Response('{}', {
          headers: [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
            ['content-type', 'text/plain'],
          ],
        }),
    ),
    'to a GET': answering(() => new Response('no', { status: 405 }), 'GET'),
    'to a DELETE': answering(() => new Response(null, { status: 204 }), 'DELETE'),
    'a handler that throws': answering(() => {
      throw new Error('broken');
    }),
    'a handler that rejects': answering(() => Promise.reject(new Error('broken'))),
    'a stream of events': {
      handler: (note) => () => new Response(source(note, events(5)), { headers: STREAM }),
    },
    'a stream of events, to a GET': {
      handler: (note) => () => new Response(source(note, events(3)), { headers: STREAM }),
      client: (port, note) => ask(port, note, 'GET'),
    },
    // It goes out in chunks, for its length is known to nobody any more.
    'a stream of events from a text, but for its framing': {
      handler: () => () => new Response('data: {}\n\n', { headers: STREAM }),
      client: async (port, note) => {
        const response = await fetch(`http://127.0.0.1:${port}/mcp`, CALL);
        note(`${response.status} ${response.headers.get('content-type')} ${await response.text()}`);
      },
    },
    'an empty stream of events': answering(() => new Response(null, { headers: STREAM })),
    'a stream that breaks': {
      handler: (note) => () => {
        let sent = false;
        const pull: UnderlyingDefaultSource['pull'] = (controller) => {
          if (sent) throw new Error('broken');
          sent = true;
          controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
        };
        return new Response(source(note, pull), { headers: STREAM });
      },
      endings: ['reset'],
    },
    'JSON that comes bit by bit': {
      handler: (note) => () => {
        const parts = ['{"jsonrpc":"2.0",', '"id":1,', '"result":{}}'];
        const pull: UnderlyingDefaultSource['pull'] = async (controller) => {
          await delay(10);
          const part = parts.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(part));
        };
        return new Response(source(note, pull), { headers: JSON_TYPE });
      },
    },
  });
});

describe('without and with the hook a client that leaves is told to the program', () => {
  testUntouched({
    'in the middle of a stream': {
      handler: (note) => () => new Response(source(note, events(1000)), { headers: STREAM }),
      client: leaving('id: 3'),
      endings: ['aborted'],
    },
    'on a stream that says nothing': {
      handler: (note) => () => new Response(source(note, undefined), { headers: STREAM }),
      client: leaving('200 OK'),
      endings: ['aborted'],
    },
    'before the head of a stream': {
      handler: (note) => async () => {
        await delay(60);
        return new Response(source(note, events(1000)), { headers: STREAM });
      },
      client: async (port, note) => {
        const socket = await open(port);
        socket.write(requestText('POST', CALL.headers, CALL.body));
        await delay(20);
        socket.destroy();
        await delay(100);
        note('left');
      },
      endings: ['aborted'],
    },
    'by the signal of its request': {
      handler: (note) => (request) => {
        request.signal.addEventListener('abort', () => note(`aborted: ${String(request.signal.reason)}`));
        return new Response(source(note, events(1000)), { headers: STREAM });
      },
      client: leaving('id: 3'),
      endings: ['aborted'],
    },
  });
});
