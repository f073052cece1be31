import { describe, expect, it } from 'vitest';
import { createCounts, metrics, OVERFLOW, type Counts } from '../../src/signals/index.ts';

const dimensions = { vantages: ['server'], targets: ['a'], tools: ['weather'], version: '1' };
const { serverOperationDuration, serverSessionDuration, clientSessionDuration } = metrics;
const trace = (flags: string) => ({
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`,
  tracestate: undefined,
});

function observeTool(counts: Counts, tool: string, seconds = 1): void {
  counts.observe(serverOperationDuration, seconds, 'a', 'tools/call', '', tool, '2025-11-25', 'tcp');
}

describe('a series that is born with its first value', () => {
  it('is not there before, and leaves out what does not apply', () => {
    const counts = createCounts(dimensions);
    expect(counts.samples(serverOperationDuration)).toEqual([]);
    observeTool(counts, 'weather');
    observeTool(counts, 'weather');
    counts.observe(serverOperationDuration, 1, 'a', 'ping', '404', '', '2025-11-25', 'pipe');
    expect(counts.samples(serverOperationDuration).map(({ labels, value }) => [labels, value])).toEqual([
      [
        {
          target: 'a',
          mcp_method_name: 'tools/call',
          gen_ai_tool_name: 'weather',
          mcp_protocol_version: '2025-11-25',
          network_transport: 'tcp',
        },
        2,
      ],
      [
        {
          target: 'a',
          mcp_method_name: 'ping',
          error_type: '404',
          mcp_protocol_version: '2025-11-25',
          network_transport: 'pipe',
        },
        1,
      ],
    ]);
  });

  it('of a tool that is on no list is told as other', () => {
    const counts = createCounts(dimensions);
    observeTool(counts, 'from the wire');
    observeTool(counts, 'another');
    expect(
      counts.samples(serverOperationDuration).map(({ labels, value }) => [labels['gen_ai_tool_name'], value]),
    ).toEqual([['other', 2]]);
  });

  it('is told with all further ones when there is no room', () => {
    const tools = Array.from({ length: 1000 }, (_, i) => `t${i}`);
    const counts = createCounts({ ...dimensions, tools });
    for (const tool of tools) observeTool(counts, tool, 2);
    observeTool(counts, 't0', 3);
    const samples = counts.samples(serverOperationDuration);
    const { limit = 0 } = serverOperationDuration;
    expect(samples).toHaveLength(limit + 1);
    expect(samples.find(({ labels }) => labels['gen_ai_tool_name'] === 't0')).toMatchObject({
      value: 2,
      sum: 5,
    });
    expect(samples.find(({ labels }) => labels === OVERFLOW)).toMatchObject({
      value: 1000 - limit,
      sum: 2 * (1000 - limit),
    });
  });
});

describe('the life of sessions', () => {
  it('starts at 0 for those that end well, whatever the number of targets', () => {
    const targets = [...Array.from({ length: 49 }, (_, i) => `t${i}`), 'other'];
    const counts = createCounts({ ...dimensions, targets });
    const born = counts.samples(serverSessionDuration);
    expect(new Set(born.map(({ labels }) => labels['target']))).toEqual(new Set(targets));
    expect(born.filter(({ labels }) => 'error_type' in labels || labels === OVERFLOW)).toEqual([]);
    counts.observe(serverSessionDuration, 1, 't7', '2025-11-25', '404');
    const failed = counts.samples(serverSessionDuration).filter(({ value }) => value > 0);
    expect(failed.map(({ labels }) => labels)).toEqual([
      { target: 't7', mcp_protocol_version: '2025-11-25', error_type: '404' },
    ]);
  });

  it('is told by the side that is watched, and by no other', () => {
    const counts = createCounts(dimensions);
    counts.observe(clientSessionDuration, 1, 'a', '2025-11-25', '');
    expect(counts.samples(clientSessionDuration)).toEqual([]);
    const client = createCounts({ ...dimensions, vantages: ['client'] });
    expect(client.samples(serverSessionDuration)).toEqual([]);
    expect(client.samples(clientSessionDuration).length).toBeGreaterThan(0);
  });
});

describe('an exemplar', () => {
  it('points from the bucket, or the counter, to the latest span that was sampled', () => {
    const counts = createCounts(dimensions);
    counts.pointTo(trace('01'), 5000);
    observeTool(counts, 'weather', 0.03);
    counts.add(metrics.clientFaults, 1, 'cursor', 'idle-poll');
    counts.add(metrics.initializes, 1, 'server', 'a');
    counts.pointTo(trace('00'), 6000);
    observeTool(counts, 'weather', 0.03);
    counts.pointTo(undefined, 0);
    observeTool(counts, 'weather', 0.03);
    const pointer = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), at: 5000 };
    const [sample] = counts.samples(serverOperationDuration);
    const { buckets } = serverOperationDuration;
    expect(sample?.exemplars).toHaveLength(buckets.length + 1);
    expect(
      sample?.exemplars?.flatMap((exemplar, i) => (exemplar === undefined ? [] : [[i, exemplar]])),
    ).toEqual([[buckets.indexOf(0.05), { ...pointer, value: 0.03 }]]);
    const fault = counts.samples(metrics.clientFaults).find(({ value }) => value === 1);
    expect(fault?.exemplars).toEqual([{ ...pointer, value: 1 }]);
    expect(counts.samples(metrics.initializes)[0]?.exemplars).toBeUndefined();
  });
});
