import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { proxyFor } from './standing.ts';
import { wireUpstream } from './fast-path/wire.ts';

// The second is answered while the answer to the first is still to come, which goes out before it.
test('an interim answer never lands within the answer to the request before', async () => {
  const upstream = await wireUpstream(async (socket, { startLine }) => {
    const isFirst = startLine.includes('first');
    if (!isFirst) socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    await delay(isFirst ? 150 : 50);
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n${isFirst ? 'one' : 'two'}`);
  });
  const { port } = await proxyFor([upstream.url]);
  const client = connect(port, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  let received = '';
  const all = new Promise<void>((resolve) => {
    client.on('data', (bytes) => {
      received += bytes.toString();
      if (received.endsWith('two')) resolve();
    });
  });
  client.write('GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n');
  await all;
  expect(received.match(/HTTP\/1\.1 \d+|one|two/g)).toEqual(['HTTP/1.1 200', 'one', 'HTTP/1.1 200', 'two']);
});
