import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import express, { type Express, type Request } from 'express';
import { describe, expect, test } from 'vitest';
import { watchExpress } from '../../../src/hooks/express/index.ts';
import { record } from '../node-http/recording.ts';
import { listen, open, read, requestText, rpc } from '../node-http/wire.ts';

const BOTH = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const CALL = rpc('tools/call', { name: 'add' });
const done = (text: string): boolean => text.includes('done');

async function connect(app: Express) {
  return await open(await listen(createServer(app)));
}

describe('watchExpress', () => {
  test('on a path, a router and a route sees what was asked for, and names it by where it stands', async () => {
    const recording = record();
    const app = express();
    const router = express.Router();
    const watch = watchExpress(recording, { target: (request: Request) => request.baseUrl });
    router.use(watch);
    router.post('/mcp', (_request, response) => void response.send('done'));
    app.use('/shop', router);
    app.post('/mcp', watch, (_request, response) => void response.send('done'));
    const socket = await connect(app);
    for (const path of ['/shop/mcp', '/mcp']) {
      socket.write(requestText('POST', BOTH, CALL, path));
      await read(socket, done);
    }
    const exchanges = await recording.until(2);
    expect(exchanges.map(({ target }) => target)).toEqual(['/shop', '']);
    expect(exchanges.map(({ rpcMethods }) => rpcMethods)).toEqual([['tools/call'], ['tools/call']]);
  });

  test.each(['before', 'behind'])('a compressed body is read, with the parser %s it', async (place) => {
    const recording = record();
    const app = express();
    if (place === 'before') app.use(express.json());
    app.use(watchExpress(recording));
    if (place === 'behind') app.use(express.json());
    app.post('/mcp', (_request, response) => void response.send('done'));
    const headers = { ...BOTH, 'content-encoding': 'gzip' };
    const port = await listen(createServer(app));
    const body = gzipSync(CALL);
    expect((await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body })).status).toBe(200);
    expect(await recording.first()).toMatchObject({ status: 200, rpcMethods: ['tools/call'] });
  });

  test.each(['text', 'raw'] as const)('a body that a parser leaves as it is, by express.%s', async (kind) => {
    const recording = record();
    const app = express();
    app.use(express[kind]({ type: '*/*' }), watchExpress(recording));
    app.post('/mcp', (_request, response) => void response.send('done'));
    (await connect(app)).write(requestText('POST', BOTH, CALL));
    expect(await recording.first()).toMatchObject({ rpcMethods: ['tools/call'] });
  });

  test('the end of a body whose beginning was read by another is not taken for its beginning', async () => {
    const recording = record();
    const app = express();
    app.use((request, _response, next) => void request.once('data', () => next()));
    app.use(watchExpress(recording));
    app.post('/mcp', (request, response) => {
      request.resume().on('end', () => response.send('done'));
    });
    const socket = await connect(app);
    const hidden = `{"id":1,"method":"ping","params":{"text":"`;
    const shown = `{"method":"tools/call"}`;
    const length = String(hidden.length + shown.length);
    socket.write(requestText('POST', { ...BOTH, 'content-length': length }, hidden));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(shown);
    expect(await recording.first()).toMatchObject({ status: 200, rpcMethods: [] });
  });

  test('what was answered before it came here is not counted', async () => {
    const recording = record();
    const app = express();
    app.use((_request, response, next) => {
      response.end('done');
      next();
    });
    app.use(watchExpress(recording));
    app.use(() => {});
    const socket = await connect(app);
    socket.write(requestText('POST', BOTH, CALL));
    await read(socket, done);
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([recording.exchanges, recording.connections, recording.failures]).toEqual([[], [], []]);
  });

  test('stopped, it hands on requests with nothing of ours', async () => {
    const recording = record();
    const app = express();
    const watch = watchExpress(recording);
    const seen: [IncomingMessage, ServerResponse][] = [];
    app.use(watch);
    app.post('/mcp', (request, response) => {
      seen.push([request, response]);
      response.send('done');
    });
    const socket = await connect(app);
    for (const stop of [() => {}, watch.stop]) {
      stop();
      socket.write(requestText('POST', BOTH, CALL));
      await read(socket, done);
    }
    const [[, watched] = [], [request, response] = []] = seen;
    expect(Object.hasOwn(watched ?? {}, 'writeHead')).toBe(true);
    for (const name of ['writeHead', 'write', 'end'])
      expect(Object.hasOwn(response ?? {}, name), name).toBe(false);
    expect(Object.hasOwn(request ?? {}, 'push')).toBe(false);
    expect(recording.exchanges).toHaveLength(1);
  });
});
