import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { serveSdk132 } from '../../../demo/servers/sdk-1-32.ts';
import { serveRmcp016 } from '../../../demo/servers/rmcp-0-16.ts';
import { probe, PROBE_AGENT } from '../../../src/exporter/probe/index.ts';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { metrics, type Metric } from '../../../src/signals/index.ts';
import { listening } from './support/listening.ts';

/** All that was counted of a metric. */
function countOf({ counts }: Observer, metric: Metric): number {
  return counts.samples(metric).reduce((sum, { value }) => sum + value, 0);
}

/** Asks as the probe or as anybody else. */
async function post(url: string, agent: string, method: string, session?: string): Promise<Response> {
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'somebody', version: '1.0.0' },
  };
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'user-agent': agent,
      ...(session === undefined ? undefined : { 'mcp-session-id': session }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
}

const TRAFFIC = [
  metrics.sessionsCreated,
  metrics.sessionsEnded,
  metrics.sessionsLost,
  metrics.initializes,
  metrics.requests,
  metrics.httpResponses,
  metrics.serverOperationDuration,
  metrics.streamsOpened,
  metrics.streamsOpen,
  metrics.streamDuration,
  metrics.faults,
  metrics.clientsActive,
] as const;

it('leaves no trace in the traffic of a server that is watched, but one number', async (context) => {
  const observer = createObserver();
  const url = await listening(context, serveRmcp016());
  const stop = watchNodeHttp(observer);
  const report = await probe(url, { holdMs: 50 });
  stop();
  await turn();
  observer.refresh();
  expect(report.outcome).toBe('failed');
  for (const metric of TRAFFIC) expect([metric.name, countOf(observer, metric)]).toEqual([metric.name, 0]);
  // The last GET may still be under way when the probe hangs up.
  expect(countOf(observer, metrics.observerProbeRequests)).toBeGreaterThanOrEqual(report.requests - 1);
});

it('shows whoever claims to be the probe and uses the session of another', async (context) => {
  const observer = createObserver();
  const url = await listening(context, serveSdk132());
  const stop = watchNodeHttp(observer);
  const given = await post(url, 'cursor/1.0', 'initialize');
  const session = given.headers.get('mcp-session-id') ?? '';
  await given.text();
  await (await post(url, PROBE_AGENT, 'tools/list', session)).text();
  await (await post(url, PROBE_AGENT, 'tools/list', 'made-up')).text();
  stop();
  await turn();
  expect(countOf(observer, metrics.requests)).toBe(2);
  expect(countOf(observer, metrics.observerProbeRequests)).toBe(1);
  expect(countOf(observer, metrics.streamsOpen)).toBe(0);
});
