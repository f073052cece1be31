import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { wireClient, wireUpstream } from './fast-path/wire.ts';
import { proxyFor } from './standing.ts';

// The second is answered while the answer to the first is still to come, which goes out before it.
test('an interim answer never lands within the answer to the request before', async () => {
  const upstream = await wireUpstream(async (socket, { startLine }) => {
    const isFirst = startLine.includes('first');
    if (!isFirst) socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    await delay(isFirst ? 150 : 50);
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n${isFirst ? 'one' : 'two'}`);
  });
  const { port } = await proxyFor([upstream.url]);
  const client = await wireClient(port);
  client.send('GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until(() => client.received().includes('two'));
  const said = client
    .received()
    .toString()
    .match(/HTTP\/1\.1 \d+|one|two/g);
  expect(said).toEqual(['HTTP/1.1 200', 'one', 'HTTP/1.1 200', 'two']);
});
