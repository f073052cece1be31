import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { SERIES_CEILING, seriesOfAll } from '../../src/ops/series.ts';
import { CLOSED_LABELS, createCounts, metricList, type Counts } from '../../src/signals/index.ts';
import { exposeToPrometheus } from '../../src/sinks/prometheus.ts';

/** Touches every combination of label values, possible or not. */
function countEverything(counts: Counts): void {
  for (const metric of metricList) {
    let rows: string[][] = [[]];
    for (const label of metric.labels) {
      const values: Readonly<Record<string, readonly string[]>> = {
        ...CLOSED_LABELS,
        vantage: ['server'],
        gen_ai_tool_name: ['', 'other'],
      };
      rows = rows.flatMap((row) => (values[label] ?? ['default']).map((value) => [...row, value]));
    }
    for (const row of rows) {
      if (metric.type === 'histogram') counts.observe(metric, 1, ...(row as never[]));
      else counts.add(metric, 1, ...(row as never[]));
    }
  }
}

describe('the number of series', () => {
  const counts = createCounts({ vantages: ['server'], targets: ['default'], version: '1.0.0' });
  const computed = seriesOfAll(metricList);

  it('is what Prometheus is told when everything that can happen has happened', async () => {
    const registry = new Registry();
    exposeToPrometheus({ counts, refresh: () => {} }, registry);
    countEverything(counts);
    const told = (await registry.metrics())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(told).toHaveLength(computed);
    expect(new Set(told.map((line) => line.replace(/ \S+$/, ''))).size).toBe(computed);
  });

  it('is the ceiling that the counts themselves give', () => {
    expect(counts.ceiling).toBe(computed);
  });

  it('stays below the ceiling for twenty targets', () => {
    const targets = Array.from({ length: 19 }, (_, i) => `server-${i}`);
    const twenty = createCounts({ vantages: ['server'], targets: [...targets, 'other'], version: '1.0.0' });
    expect(twenty.ceiling).toBeLessThanOrEqual(SERIES_CEILING);
  });
});
