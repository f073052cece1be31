import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request as ask } from 'node:http';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { proxyFor, upstreamOf } from './standing.ts';

const CONNECT_MS = 100;

/** Lets the whole process stand still once it has begun to connect to `port`, for longer than that may take. */
function standStillAt(port: number): void {
  const connections = channel('net.client.socket');
  const onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once('connectionAttempt', (_address: string, at: number) => {
      if (at !== port) return;
      setImmediate(() => {
        const until = performance.now() + 3 * CONNECT_MS;
        while (performance.now() < until);
      });
    });
  };
  connections.subscribe(onSocket);
  onTestFinished(() => {
    connections.unsubscribe(onSocket);
  });
}

test.each([
  ['at hand', {}],
  ['still coming', { expect: '100-continue' }],
])(
  'a process that stood still does not take its upstream for dead: a body %s',
  async (_, headers: Record<string, string>) => {
    const upstream = await upstreamOf((request, response) => {
      request.resume();
      response.end('ok');
    });
    const { port, upstreams } = await proxyFor([upstream.url], { connectTimeout: CONNECT_MS });
    standStillAt(upstream.port);
    const asked = ask({ port, path: '/mcp', method: 'POST', headers: { ...headers, 'content-length': 2 } });
    asked.end('{}');
    const [answer] = await once(asked, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(upstreams.filter(({ error }) => error !== undefined)).toEqual([]);
  },
);
