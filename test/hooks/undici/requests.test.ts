/** What the undici package offers beside `fetch`. Each scenario is played without and with the hook. */
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { Agent, interceptors, pipeline, request, stream, upgrade } from 'undici';
import { describe } from 'vitest';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { brief, CALL, outcome, testUntouched, type Hook, type Scenario } from '../fetch/untouched.ts';

const hook: Hook = { send: fetch, watch: (recording) => ({ send: fetch, stop: watchUndici(recording) }) };

const { body, headers } = CALL;
const POST = { method: 'POST', headers } as const;
const MEBIBYTE = 'm'.repeat(1024 * 1024);

const echoes: Scenario['server'] = () => (asked, response) => {
  const chunks: Buffer[] = [];
  asked.on('data', (chunk) => chunks.push(Buffer.from(String(chunk), 'latin1')));
  asked.on('end', () => response.end(Buffer.concat(chunks)));
};

const opens: Scenario['server'] = () => (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
};

/** A program that does not use `fetch`. */
function asks(ask: (url: string) => unknown, server = echoes): Scenario {
  return { server, program: async (_fetch, url, note) => note(await outcome(() => ask(url))) };
}

/** Answers 503 at first, and then as it should. */
const recovers: Scenario['server'] = (note) => {
  let asked = 0;
  return (request_, response) => {
    if (asked++ === 0) response.writeHead(503).end('later');
    else echoes(note)(request_, response);
  };
};

const moves: Scenario['server'] = (note) => (request_, response) => {
  if (request_.url === '/mcp') response.writeHead(307, { location: '/mcp?to' }).end('moved');
  else echoes(note)(request_, response);
};

describe('without and with the hook the undici package does the same', () => {
  testUntouched(hook, {
    'a request': asks(async (url) => (await request(url, { ...POST, body })).body.text()),
    'a request of which the body is dumped': asks(async (url) =>
      (await request(url, { ...POST, body })).body.dump(),
    ),
    'a request with 1 MiB': asks(async (url) =>
      brief(await (await request(url, { ...POST, body: MEBIBYTE })).body.text()),
    ),
    'a request with a stream for a body': asks(async (url) =>
      brief(await (await request(url, { ...POST, body: Readable.from([body, MEBIBYTE]) })).body.text()),
    ),
    'a request with a body that breaks': {
      ...asks((url) => {
        const breaking = new Readable({
          read: () => void setImmediate(() => breaking.destroy(new Error('mine'))),
        });
        return request(url, { ...POST, body: breaking });
      }),
      endings: ['aborted'],
    },
    'a request that is aborted behind its head': {
      ...asks(async (url) => {
        const controller = new AbortController();
        const response = await request(url, { headers, signal: controller.signal });
        controller.abort();
        return response.body.text();
      }, opens),
      endings: ['aborted'],
    },
    'a request whose stream is destroyed': {
      ...asks(async (url) => {
        const response = await request(url, { headers });
        const closed = once(
          response.body.on('error', () => {}),
          'close',
        );
        response.body.destroy();
        await closed;
        return response.statusCode;
      }, opens),
      endings: ['aborted'],
    },
    'a request whose head takes too long': {
      ...asks(
        (url) => request(url, { headers, headersTimeout: 20, dispatcher: new Agent() }),
        () => () => {},
      ),
      endings: ['reset'],
    },
    'an early hint before the answer': asks(
      async (url) => (await request(url, { ...POST, body })).body.text(),
      (note) => (request_, response) => {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        echoes(note)(request_, response);
      },
    ),
    'a stream into another': asks(async (url) => {
      const into = new PassThrough();
      await stream(url, { ...POST, body }, () => into);
      return into.setEncoding('utf8').read() as unknown;
    }),
    'a pipeline': asks(async (url) => {
      const parts: string[] = [];
      const duplex = pipeline(url, POST, ({ body: answer }) => answer);
      duplex.end(body);
      for await (const part of duplex) parts.push(String(part));
      return parts.join('');
    }),
    'a retry': {
      ...asks(async (url) => {
        const retrying = new Agent().compose(
          interceptors.retry({ maxRetries: 1, minTimeout: 1, methods: ['POST'] }),
        );
        return (await request(url, { ...POST, body, dispatcher: retrying })).body.text();
      }, recovers),
      endings: ['complete', 'complete'],
    },
    'a redirect': {
      ...asks(async (url) => {
        const following = new Agent().compose(interceptors.redirect({ maxRedirections: 1 }));
        return (await request(url, { ...POST, body, dispatcher: following })).body.text();
      }, moves),
      endings: ['complete', 'complete'],
    },
    'an upgrade, which is none of the protocol': {
      ...asks(
        (url) => upgrade(url, { protocol: 'other' }),
        () => (_request, response) => void response.end('no'),
      ),
      endings: [],
    },
  });
});
