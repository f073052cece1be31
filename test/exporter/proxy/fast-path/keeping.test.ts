import { expect, test, vi } from 'vitest';
import { proxyFor } from '../standing.ts';
import { CALL, echo, wireClient, wireUpstream } from './wire.ts';

vi.mock('../../../../src/exporter/proxy/times.ts', async (original) => ({
  ...(await original<object>()),
  UNUSED_MS: 1000,
  LEEWAY_MS: 800,
}));

test('a connection is kept a little longer than its client was told', async () => {
  const upstream = await wireUpstream(echo);
  const { port } = await proxyFor([upstream.url]);
  const client = await wireClient(port);
  client.send(CALL);
  const [exchange] = await client.answered(1);
  expect(exchange?.answer?.headers).toContain('Keep-Alive: timeout=1');
  const answeredAt = performance.now();
  await client.over;
  expect(performance.now() - answeredAt).toBeGreaterThan(1500);
});
