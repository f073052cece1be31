import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createAudience } from '../../src/exporter/events.ts';

/** Somebody listens, and is told as often as the state may be read; answers how often it was. */
async function readings(read: () => void, times: number): Promise<number> {
  let count = 0;
  const audience = createAudience(
    () => {
      read();
      return String(++count);
    },
    () => 0,
  );
  const server = createServer((_request, response) => audience.join(response, {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    audience.close();
    server.closeAllConnections();
    server.close();
  });
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const before = count;
  for (let i = 0; i < times; i++) {
    audience.tell();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return count - before;
}

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('tells a state that is cheap to read whenever it is asked to', async () => {
  expect(await readings(() => {}, 10)).toBeGreaterThan(5);
});

it('reads a costly one seldom, so that an open page takes a hundredth of a processor', async () => {
  expect(await readings(() => work(20), 10)).toBe(1);
});
