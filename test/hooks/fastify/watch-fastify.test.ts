import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { watchFastify } from '../../../src/hooks/fastify/index.ts';
import { record } from '../node-http/recording.ts';
import { open, read, requestText, rpc } from '../node-http/wire.ts';

const BOTH = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const CALL = rpc('tools/call', { name: 'add' });

async function post(app: FastifyInstance, path: string): Promise<void> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  const socket = await open((app.server.address() as AddressInfo).port);
  socket.write(requestText('POST', BOTH, CALL, path));
  await read(socket, (text) => text.includes('done'));
}

describe('watchFastify', () => {
  test('is known to Fastify by its name', async () => {
    const app = fastify();
    await app.register(watchFastify, { observer: record() });
    await app.ready();
    expect(app.hasPlugin('mcp-session-exporter')).toBe(true);
    await app.close();
  });

  test('says what it lacks without an observer', async () => {
    const app = fastify();
    const wrong = { observer: 'none' } as unknown as Parameters<typeof watchFastify>[1];
    await expect(async () => await app.register(watchFastify, wrong)).rejects.toThrow(
      'observer: string is not allowed; it must be what createObserver makes',
    );
  });

  test('watches the routes of other plugins, and names them by their patterns', async () => {
    const recording = record();
    const app = fastify();
    await app.register(watchFastify, {
      observer: recording,
      target: (request) => request.routeOptions.url ?? 'none',
    });
    await app.register(
      async (shop) => {
        shop.post('/mcp/:tenant', async () => 'done');
      },
      { prefix: '/shop' },
    );
    await post(app, '/shop/mcp/one');
    expect(await recording.first()).toMatchObject({
      target: '/shop/mcp/:tenant',
      rpcMethods: ['tools/call'],
    });
  });

  test('watches the context alone that registers it', async () => {
    const recording = record();
    const app = fastify();
    await app.register(async (inner) => {
      await inner.register(watchFastify, { observer: recording });
      inner.post('/inner/mcp', async () => 'done');
    });
    app.post('/mcp', async () => 'done');
    await post(app, '/mcp');
    const socket = await open((app.server.address() as AddressInfo).port);
    socket.write(requestText('POST', BOTH, CALL, '/inner/mcp'));
    expect(await recording.first()).toMatchObject({ status: 200 });
    expect(recording.exchanges).toHaveLength(1);
  });

  test('leaves alone what is injected or comes by HTTP/2', async () => {
    const recording = record();
    const app = fastify({ http2: true });
    await app.register(watchFastify as never, { observer: recording });
    app.post('/mcp', async () => 'done');
    expect((await app.inject({ method: 'POST', url: '/mcp', headers: BOTH, payload: CALL })).body).toBe(
      'done',
    );
    await app.listen({ port: 0, host: '127.0.0.1' });
    const session = connectHttp2(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
    const asked = session.request({ ':method': 'POST', ':path': '/mcp', ...BOTH });
    asked.end(CALL);
    const [headers] = (await once(asked, 'response')) as [{ ':status': number }];
    asked.resume();
    await once(asked, 'end');
    session.close();
    await app.close();
    expect(headers[':status']).toBe(200);
    expect([recording.exchanges, recording.connections, recording.failures]).toEqual([[], [], []]);
  });

  test('leaves no listener on a channel once the app is closed', async () => {
    const recording = record();
    const app = fastify();
    await app.register(watchFastify, { observer: recording });
    await app.ready();
    expect(channel('http.server.response.finish').hasSubscribers).toBe(true);
    await app.close();
    expect(channel('http.server.response.finish').hasSubscribers).toBe(false);
  });
});
