/**
 * The host notices nothing: every scenario is played twice, without and with the hook, and the bytes on the wire
 * and everything the program sees of its own request and response must be the same.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import express from 'express';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { record } from './recording.ts';
import { listen, open, read, requestText, rpc } from './wire.ts';

type Note = (what: string) => void;

interface Scenario {
  /** The program. What it notes is compared, and so are the events of its requests and responses. */
  readonly program: (note: Note) => RequestListener | Server | Promise<Server>;
  /** What the client sends, in order; a number is a pause in ms. */
  readonly sends: readonly (string | number)[];
  /** The client goes away once it has read this. Default: it reads to the end of the connection. */
  readonly until?: string | undefined;
  /** How often a big body pauses and drains depends on the kernel, and is not compared. */
  readonly big?: true;
  /** How many exchanges the hook must have told, or the comparison proves nothing. Default: 1. */
  readonly exchanges?: number;
}

const POST = requestText('POST', { connection: 'close' }, rpc('tools/call'));
const GET = requestText('GET', { connection: 'close' });
const KEPT_ALIVE = requestText('POST', {}, rpc('tools/call'));
const MEBIBYTE = 'm'.repeat(1024 * 1024);

const EVENTS = [
  'prefinish',
  'finish',
  'close',
  'drain',
  'pipe',
  'unpipe',
  'error',
  'end',
  'aborted',
  'pause',
  'resume',
];

function noteEvents(name: string, subject: IncomingMessage | ServerResponse, note: Note): void {
  for (const event of EVENTS) {
    if (event === 'error' && name === 'request')
      subject.on(event, (error) => note(`request error ${String(error)}`));
    else subject.on(event, () => note(`${name} ${event}`));
  }
}

function serverOf(made: RequestListener | Server): Server {
  return typeof made === 'function' ? createServer(made) : made;
}

async function play(scenario: Scenario): Promise<{ wire: string; noted: string[] }> {
  const noted: string[] = [];
  const note: Note = (what) => void noted.push(what);
  const server = serverOf(await scenario.program(note));
  server.prependListener('request', (request, response) => {
    noteEvents('request', request, note);
    noteEvents('response', response, note);
  });
  const socket = await open(await listen(server));
  const { until } = scenario;
  const reading = read(socket, until === undefined ? undefined : (text) => text.includes(until));
  for (const send of scenario.sends) {
    if (typeof send === 'number') await delay(send);
    else socket.write(send, 'latin1');
  }
  const wire = await reading;
  socket.destroy();
  await delay(20);
  const told = scenario.big === true ? noted.filter((what) => !/ (drain|pause|resume)$/.test(what)) : noted;
  return { wire: brief(wire.replaceAll(/^Date: .*$/gim, 'Date: then')), noted: told };
}

/** A long answer as its beginning, length and hash, for a failure to be readable. */
function brief(wire: string): string {
  if (wire.length < 2000) return wire;
  return `${wire.slice(0, 500)} ... ${wire.length} bytes, ${createHash('sha256').update(wire, 'latin1').digest('hex')}`;
}

/** `writeHead` as JavaScript lets it be called. */
type Loose = (...args: unknown[]) => ServerResponse;

/** A body handed to `end` in the ways node allows. */
function ends(end: (response: ServerResponse, note: Note) => unknown): Scenario {
  return {
    program: (note) => (_request, response) => {
      const answered = end(response, note);
      note(`returned ${answered === response ? 'the response' : typeof answered}`);
    },
    sends: [GET],
  };
}

const scenarios: Record<string, Scenario> = {
  'a stream the server ends': {
    program: (note) => async (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
      for (let i = 0; i < 3; i++) {
        note(`write ${response.write(`id: ${i}\ndata: {"i":${i}}\n\n`)}`);
        await delay(5);
      }
      response.end();
    },
    sends: [GET],
  },
  'a stream the client aborts': {
    program: (note) => (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.on('close', () => {
        note(`finished ${response.writableFinished}, destroyed ${response.destroyed}`);
        response.write('data: too late\n\n', (error) => note(`late write ${error?.message}`));
      });
    },
    sends: [GET],
    until: 'data: 1',
  },
  'a body the client aborts': {
    program: (note) => (request, response) => {
      request.on('data', (chunk: Buffer) => {
        note(`read ${chunk.length}`);
        response.writeContinue();
      });
    },
    sends: [requestText('POST', { 'content-length': '100' }, 'half of it')],
    until: '100 Continue',
  },
  'a response the server destroys': {
    program: () => (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('a part', () => response.destroy());
    },
    sends: [GET],
  },
  'a handler that throws (Express)': {
    program: () => {
      const app = express();
      app.use(() => {
        throw Object.assign(new Error('broken'), { status: 503, stack: 'broken' });
      });
      app.set('env', 'test');
      return createServer(app);
    },
    sends: [POST],
  },
  'a handler that rejects (Fastify)': {
    program: async () => {
      const app = fastify();
      app.post('/mcp', async () => {
        throw new Error('broken');
      });
      await app.ready();
      return app.server;
    },
    sends: [requestText('POST', { connection: 'close', 'content-type': 'application/json' }, '{}')],
  },
  'heads that node refuses': {
    program: (note) => (_request, response) => {
      const attempts = [
        () => response.writeHead(99),
        () => response.writeHead(200, { 'a b': 'c' }),
        () => response.writeHead(200, { a: 'b\r\nc: d' }),
        () => response.writeHead(200, ['odd']),
        () => response.writeHead(200, { good: 'yes' }),
        () => response.writeHead(200),
        () => response.write(7),
        () => response.end('done'),
        () => response.end('again', () => note('callback of the second end')),
      ];
      for (const attempt of attempts) {
        try {
          attempt();
          note('fine');
        } catch (error) {
          note(String((error as NodeJS.ErrnoException).code));
        }
      }
    },
    sends: [GET],
  },
  '1 MiB both ways': {
    program: (note) => async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      note(`received ${body.length} ${body.toString() === MEBIBYTE}`);
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      response.end(body);
    },
    sends: [requestText('POST', { connection: 'close' }, MEBIBYTE)],
    big: true,
  },
  '1 MiB piped through': {
    program: (note) => async (request, response) => {
      response.writeHead(200, { 'Content-Length': MEBIBYTE.length });
      await pipeline(request, response);
      note('piped');
    },
    sends: [requestText('POST', { connection: 'close' }, MEBIBYTE)],
    big: true,
  },
  '1 MiB as text, in one end': ends((response) => response.end(MEBIBYTE)),
  backpressure: {
    program: (note) => async (_request, response) => {
      note(`first ${response.write(MEBIBYTE)}`);
      await once(response, 'drain');
      note(`length ${response.writableLength}, cork ${response.writableCorked}`);
      response.end();
    },
    sends: [GET],
  },
  'a body from a Readable': {
    program: () => (_request, response) => void Readable.from(['one ', 'two ', 'three']).pipe(response),
    sends: [GET],
  },
  'a body that is read in text': {
    program: (note) => (request, response) => {
      request.setEncoding('utf8');
      request.on('data', (text) => note(`${typeof text} ${text}`));
      request.on('end', () => response.end());
    },
    sends: [POST],
  },
  'a chunked request with trailers': {
    program: (note) => (request, response) => {
      request.resume().on('end', () => {
        note(JSON.stringify(request.trailers));
        response.end();
      });
    },
    sends: [
      requestText(
        'POST',
        { connection: 'close', 'transfer-encoding': 'chunked', trailer: 'x-sum' },
        '2\r\n{}\r\n',
      ),
      5,
      '0\r\nx-sum: 1\r\n\r\n',
    ],
  },
  'three requests on one connection': {
    program: () => (request, response) => request.resume().on('end', () => response.end('answer')),
    sends: [KEPT_ALIVE, 15, KEPT_ALIVE, 15, POST],
    exchanges: 3,
  },
  'three pipelined requests, the first answered last': {
    program: () => {
      let count = 0;
      return (request, response) => {
        const wait = 30 - 10 * count++;
        request.resume().on('end', () => void setTimeout(() => response.end(`after ${wait}`), wait));
      };
    },
    sends: [KEPT_ALIVE + KEPT_ALIVE + POST],
    exchanges: 3,
  },
  'a request that is not of the protocol between two that are': {
    program: () => (request, response) => request.resume().on('end', () => response.end(request.url)),
    sends: [KEPT_ALIVE + requestText('GET', {}, '', '/other') + POST],
    exchanges: 2,
  },
  'Expect: 100-continue, answered by node': {
    program: () => (request, response) => request.resume().on('end', () => response.end('done')),
    sends: [
      requestText('POST', { connection: 'close', expect: '100-continue', 'content-length': '2' }),
      15,
      '{}',
    ],
  },
  'Expect: 100-continue, answered by the program': {
    program: () => {
      const server = createServer();
      return server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
        response.writeContinue();
        request.resume().on('end', () => response.end('done'));
      });
    },
    sends: [
      requestText('POST', { connection: 'close', expect: '100-continue', 'content-length': '2' }),
      15,
      '{}',
    ],
  },
  'Expect: 100-continue, refused': {
    program: () => {
      const server = createServer();
      return server.on('checkContinue', (_request, response: ServerResponse) =>
        response.writeHead(417).end(),
      );
    },
    sends: [requestText('POST', { connection: 'close', expect: '100-continue', 'content-length': '2' })],
  },
  'early hints and processing': {
    program: () => (_request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.writeProcessing();
      response.end('done');
    },
    sends: [GET],
  },
  'an answer before the body was read': {
    program: () => (_request, response) => response.writeHead(413, { Connection: 'close' }).end('too much'),
    sends: [requestText('POST', { 'content-length': '1000000' }, 'x'.repeat(1000))],
  },
  HEAD: {
    program: () => (_request, response) => response.writeHead(200, { 'Content-Length': '6' }).end('answer'),
    sends: [requestText('HEAD', { connection: 'close' })],
  },
  '204': {
    program: () => (_request, response) => response.writeHead(204).end(),
    sends: [requestText('DELETE', { connection: 'close' })],
  },
  '304 with a body that must not go out': {
    program: () => (_request, response) => response.writeHead(304).end('nothing'),
    sends: [GET],
  },
  trailers: {
    program: () => (_request, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('body');
      response.addTrailers({ 'X-Sum': '1' });
      response.end();
    },
    sends: [GET],
  },
  'flushHeaders, then silence, then a body': {
    program: () => async (_request, response) => {
      response.flushHeaders();
      await delay(5);
      response.end('body');
    },
    sends: [GET],
  },
  'cork and uncork': {
    program: () => (_request, response) => {
      response.cork();
      response.write('one ');
      response.write('two ');
      response.uncork();
      response.end('three');
    },
    sends: [GET],
  },
  'HTTP/1.0': {
    program: () => (_request, response) => {
      response.write('one ');
      response.end('two');
    },
    sends: ['GET /mcp HTTP/1.0\r\n\r\n'],
  },
  'a wrapper that compresses': {
    program: (note) => (_request, response) => {
      const zip = createGzip();
      const write = response.write.bind(response) as (...args: unknown[]) => boolean;
      const end = response.end.bind(response) as Loose;
      zip.on('data', (chunk: Buffer) => void write(chunk, 'utf8'));
      zip.on('end', () => void end(undefined, 'utf8'));
      response.write = ((...args: [string]) => zip.write(...args)) as never;
      response.end = ((...args: [string]) => zip.end(...args)) as never;
      response.setHeader('Content-Encoding', 'gzip');
      note(`write ${response.write(`data: ${'x'.repeat(5000)}\n\n`)}`);
      response.end('data: last\n\n');
    },
    sends: [GET],
  },
  'a wrapper of writeHead that adds a header': {
    program: () => (_request, response) => {
      const writeHead = response.writeHead.bind(response) as Loose;
      response.writeHead = (...args: unknown[]) => {
        response.setHeader('X-Added', 'yes');
        return writeHead(...args);
      };
      response.end('body');
    },
    sends: [GET],
  },
  'end with a callback alone': ends((response, note) => response.end(() => note('called back'))),
  'end with a body and a callback': ends((response, note) => response.end('body', () => note('called back'))),
  'end with base64': ends((response) => response.end('aGVsbG8=', 'base64')),
  'end with UTF-16': ends((response) => response.end('héllo', 'utf16le')),
  'end with Latin-1 and a callback': ends((response, note) =>
    response.end('héllo', 'latin1', () => note('called back')),
  ),
  'end with text of several bytes a character': ends((response) => response.end('日本語 ✓')),
  'end with bytes': ends((response) => response.end(new Uint8Array([104, 105]))),
  'end with nothing and null': ends((response) => response.end(null as never)),
  'writes of every kind': ends((response, note) => {
    note(`${response.write('68656c6c6f', 'hex')}`);
    note(`${response.write(Buffer.from(' two'), () => note('written'))}`);
    note(`${response.write('drei', 'ascii', () => note('written too'))}`);
    note(`${response.write(new Uint8Array([33]))}`);
    return response.end();
  }),
  'writeHead(status)': ends((response) => response.writeHead(201).end()),
  'writeHead(status, reason)': ends((response) => response.writeHead(201, 'Made').end()),
  'writeHead(status, object)': ends((response) =>
    response.writeHead(201, { 'X-A': 1, 'X-B': ['b', 'c'] }).end(),
  ),
  'writeHead(status, reason, object)': ends((response) =>
    response.writeHead(201, 'Made', { 'X-A': '1' }).end(),
  ),
  'writeHead(status, undefined, object)': ends((response) =>
    response.writeHead(201, undefined, { 'X-A': '1' }).end(),
  ),
  'writeHead(status, object, undefined)': ends((response) =>
    (response.writeHead as Loose).call(response, 201, { 'X-A': '1' }, undefined).end(),
  ),
  'writeHead(status, flat list)': ends((response) => response.writeHead(201, ['X-A', '1', 'X-A', '2']).end()),
  'writeHead(status, reason, flat list)': ends((response) =>
    response.writeHead(201, 'Made', ['X-A', '1']).end(),
  ),
  'writeHead(status, flat list) over headers set before': ends((response) => {
    response.setHeader('X-A', 'old');
    response.setHeader('X-B', 'kept');
    return response.writeHead(201, ['x-a', 'new', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end();
  }),
  'statusCode and statusMessage': ends((response) => {
    response.statusCode = 418;
    response.statusMessage = 'Short';
    return response.end();
  }),
};

describe('without and with the hook the wire and the program are the same', () => {
  test.each(Object.entries(scenarios))('%s', async (_name, scenario) => {
    const without = await play(scenario);
    const recording = record();
    const stop = watchNodeHttp(recording);
    const within = await play(scenario).finally(stop);
    expect(within).toEqual(without);
    expect(without.wire).toMatch(/^HTTP\/1\.1 \d{3}/);
    expect(recording.exchanges).toHaveLength(scenario.exchanges ?? 1);
    expect(recording.failures).toEqual([]);
  });
});

test('a body that nobody reads waits in the client, with the hook too', async () => {
  const recording = record();
  const stop = watchNodeHttp(recording);
  let kept = 0;
  const port = await listen(
    createServer((request, response) => {
      setTimeout(() => {
        kept = request.readableLength;
        response.end('done');
      }, 50);
    }),
  );
  const socket = await open(port);
  socket.write(requestText('POST', {}, MEBIBYTE.repeat(8)));
  await read(socket, (text) => text.endsWith('done'));
  socket.destroy();
  stop();
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(MEBIBYTE.length);
  expect(recording.failures).toEqual([]);
});
