import fc from 'fast-check';
import { Registry, type OpenMetricsContentType } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../src/exchange/index.ts';
import { createObserver } from '../../src/observer.ts';
import { canOccur, createCounts, metricList, metrics, statusLabelOf } from '../../src/signals/index.ts';
import { exposeToPrometheus } from '../../src/sinks/prometheus.ts';
import { allScripts } from '../faults/scripts/index.ts';
import { tell } from '../faults/script.ts';
import { anyExchange, references } from '../support/arbitrary.ts';

const dimensions = { vantages: ['server'], targets: ['a', 'b'], version: '1' };

function seriesOf(counts: ReturnType<typeof createCounts>): Set<string> {
  return new Set(
    metricList.flatMap((metric) =>
      counts.samples(metric).map(({ labels }) => metric.name + JSON.stringify(labels)),
    ),
  );
}

describe('counts', () => {
  it('are born at 0, every one of them', () => {
    const counts = createCounts(dimensions);
    const faults = counts.samples(metrics.faults);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every((sample) => sample.value === 0)).toBe(true);
    expect(new Set(faults.map((sample) => sample.labels.target))).toEqual(new Set(['a', 'b', 'other']));
  });

  it('give a fault one side', () => {
    const counts = createCounts({ ...dimensions, targets: ['a'] });
    const sides = counts
      .samples(metrics.faults)
      .filter((sample) => sample.labels.fault === 'client-no-reinit');
    expect(sides.map((sample) => sample.labels.side)).toEqual(['client']);
  });

  it('count where they are told to', () => {
    const counts = createCounts(dimensions);
    counts.add(metrics.sessionsEnded, 2, 'server', 'b', 'lost');
    counts.add(metrics.sessionsEnded, 1, 'server', 'never configured', 'idle');
    const told = counts.samples(metrics.sessionsEnded).filter((sample) => sample.value > 0);
    expect(told.map(({ labels, value }) => [labels.target, labels.reason, value])).toEqual([
      ['b', 'lost', 2],
      ['other', 'idle', 1],
    ]);
  });

  it('put a duration into its bucket and all above', () => {
    const counts = createCounts(dimensions);
    counts.observe(metrics.recoverySeconds, 0.1, 'server', 'a', 'other');
    counts.observe(metrics.recoverySeconds, 1e9, 'server', 'a', 'other');
    const sample = counts
      .samples(metrics.recoverySeconds)
      .find(({ labels }) => labels.target === 'a' && labels.client_name === 'other');
    expect(sample?.value).toBe(2);
    expect(sample?.sum).toBeCloseTo(1e9 + 0.1);
    const cumulative = metrics.recoverySeconds.buckets.map((bound) => (bound >= 0.1 ? 1 : 0));
    expect(sample?.buckets).toEqual([...cumulative, 2]);
  });

  it('never make a new label value, whatever comes, and stay below the ceiling', () => {
    fc.assert(
      fc.property(
        fc.array(anyExchange(references('s', 5), references('c', 3)), { maxLength: 60 }),
        (exchanges) => {
          const errors: unknown[] = [];
          const observer = createObserver({ onError: (_stage, error) => errors.push(error) });
          const before = seriesOf(observer.counts);
          for (const exchange of exchanges) observer.exchange({ ...exchange, target: 'anything' });
          observer.refresh();
          expect(errors).toEqual([]);
          const sparse = new Set(
            metricList.filter((metric) => !metric.bornAtZero).map((metric) => metric.name),
          );
          const added = [...seriesOf(observer.counts)].filter((series) => !before.has(series));
          expect(added.filter((series) => !sparse.has(series.slice(0, series.indexOf('{'))))).toEqual([]);
          let lines = 0;
          for (const metric of metricList) {
            for (const { buckets } of observer.counts.samples(metric))
              lines += buckets === undefined ? 1 : buckets.length + 1;
          }
          expect(lines).toBeLessThanOrEqual(observer.counts.ceiling);
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('an answer never means what its status is said not to', () => {
  fc.assert(
    fc.property(anyExchange(references('s', 5), references('c', 3)), (exchange) => {
      const status = statusLabelOf(exchange.status);
      expect(canOccur({ http_response_status_code: status, meaning: meaningOf(exchange) })).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(canOccur({ http_response_status_code: '404', meaning: 'ok' })).toBe(false);
});

describe('a gauge of active sessions', () => {
  it('equals what was created or adopted, less what ended, script by script', () => {
    for (const script of allScripts.flatMap(({ faulty, quiet }) => [...faulty, ...quiet])) {
      const { counts, sessions } = tell(script);
      const sum = (metric: (typeof metricList)[number]) =>
        counts.samples(metric).reduce((total, sample) => total + sample.value, 0);
      // A session born beside the watch is adopted when it was accepted twice.
      const adopted = [...sessions.sessions()].filter(
        (each) => each.bornAt === 0 && each.phase === 'live' && each.requests > 1,
      );
      // One that was told lost, and that another replica serves again, is back.
      const revived = [...sessions.sessions()].filter(
        ({ bornAt, phase, trouble }) => bornAt > 0 && phase === 'live' && (trouble?.diedAt ?? 0) > 0,
      );
      const known = sum(metrics.sessionsCreated) + adopted.length + revived.length;
      expect(sum(metrics.sessionsActive), script.name).toBe(known - sum(metrics.sessionsEnded));
    }
  });
});

describe('the sink for Prometheus', () => {
  it('reads the same numbers into as many registries as there are, and leaves no trace', async () => {
    const observer = createObserver({ memory: () => 1_000_000 });
    const text = new Registry();
    const open = new Registry<OpenMetricsContentType>();
    open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const stops = [text, open].map((registry) => exposeToPrometheus(observer, registry));
    observer.connection({ vantage: 'server', target: 'default', change: 'opened' });
    expect(await text.metrics()).toContain(
      'mcp_connections_opened_total{vantage="server",target="default"} 1\n',
    );
    const exposed = await open.metrics();
    expect(exposed).toContain('# TYPE mcp_connections_opened counter\n');
    expect(exposed).toContain('mcp_connections_opened_total{vantage="server",target="default"} 1\n');
    expect(await open.metrics()).toBe(exposed);
    for (const stop of stops) stop();
    expect(text.getMetricsAsArray()).toEqual([]);
  });

  it('takes back what it had registered when a name is taken', () => {
    const registry = new Registry();
    const observer = createObserver();
    exposeToPrometheus(observer, registry);
    const taken = registry.getMetricsAsArray().length;
    expect(() => exposeToPrometheus(createObserver(), registry)).toThrow(/already been registered/);
    expect(registry.getMetricsAsArray()).toHaveLength(taken);
  });
});
