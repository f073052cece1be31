import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { record } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const ORDER = { name: 'order', arguments: { secret: 'k-1' } };

/** Begins to answer every call, and ends the answer only when it is not the first. */
function slowAtFirst(): RequestListener {
  let calls = 0;
  return (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    if (++calls > 1) response.end('data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
  };
}

test('a call that is cut off and comes again has the same digest, and its arguments stay unknown', async () => {
  const recording = record();
  onTestFinished(watchNodeHttp(recording));
  const port = await serve(slowAtFirst());
  const call = (session: string, params: object): string =>
    requestText('POST', { 'mcp-session-id': session }, rpc('tools/call', params));

  const cut = await open(port);
  cut.write(call('one', ORDER));
  await read(cut, (text) => text.includes('200 OK'));
  await delay(10);
  cut.destroy();
  await recording.until(1);
  const again = await open(port);
  for (const params of [ORDER, { ...ORDER, name: 'refund' }]) {
    again.write(call('two', params));
    await read(again, (text) => text.includes('0\r\n\r\n'));
  }
  const [first, second, third] = await recording.until(3);
  expect(first).toMatchObject({ ending: 'aborted', callDigest: expect.stringMatching(/^[0-9a-f]{12}$/) });
  expect(second?.callDigest).toBe(first?.callDigest);
  expect(third?.callDigest).not.toBe(first?.callDigest);
  expect(JSON.stringify(recording)).not.toMatch(/order|k-1/);
});

test('who speaks is told by each request of revision 2026-07-28, and not by its User-Agent alone', async () => {
  const recording = record();
  onTestFinished(watchNodeHttp(recording));
  const socket = await open(
    await serve((request, response) => void request.resume().on('end', () => response.end())),
  );
  const headers = { 'mcp-method': 'tools/list', 'mcp-protocol-version': '2026-07-28', 'user-agent': 'node' };
  for (const name of ['goose', 'claude-ai (via mcp-remote 0.1.37)', undefined]) {
    const info = name === undefined ? {} : { 'io.modelcontextprotocol/clientInfo': { name, version: '1' } };
    socket.write(requestText('POST', headers, rpc('tools/list', { _meta: info })));
    await read(socket, (text) => text.includes('200 OK'));
  }
  const told = (await recording.until(3)).map(({ family, via }) => ({ family, via }));
  expect(told).toEqual([
    { family: 'goose', via: 'none' },
    { family: 'claude-ai', via: 'mcp-remote' },
    { family: 'sdk-typescript', via: 'none' },
  ]);
});
