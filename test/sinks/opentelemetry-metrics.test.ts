import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { DataPointType, MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/exchange/index.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../src/observer.ts';
import { metricList, metrics } from '../../src/signals/index.ts';
import { exposeToOpenTelemetry } from '../../src/sinks/opentelemetry/index.ts';
import { exposeToPrometheus } from '../../src/sinks/prometheus.ts';
import { tell, type Script } from '../faults/script.ts';
import { allScripts } from '../faults/scripts/index.ts';

/** A reader that is asked, as a scraper asks. */
class Reader extends MetricReader {
  override async onForceFlush(): Promise<void> {}
  override async onShutdown(): Promise<void> {}
}

/** One observer told to both: the text of the scrape endpoint, and that of OpenTelemetry's own exporter. */
function toldTwice() {
  const reader = new Reader();
  // More series than the SDK keeps of one instrument unless told otherwise (2,000).
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: 20_000 }];
  const meter = new MeterProvider({ readers: [reader], views }).getMeter('test');
  const registry = new Registry();
  const stops: (() => void)[] = [];
  return {
    stop: () => stops.forEach((stop) => stop()),
    makeObserver: (options: ObserverOptions): Observer => {
      const observer = createObserver(options);
      stops.push(exposeToOpenTelemetry(observer, { meter }), exposeToPrometheus(observer, registry));
      return observer;
    },
    scraped: () => registry.metrics(),
    async collected(): Promise<ResourceMetrics> {
      const { resourceMetrics, errors } = await reader.collect();
      expect(errors).toEqual([]);
      return resourceMetrics;
    },
  };
}

/** No `target_info`, no labels of the scope: they speak of the SDK. */
const serializer = new PrometheusSerializer('', false, undefined, true, true);

interface Family {
  readonly type: string;
  readonly help: string;
  /** The value of each series, by its labels in order. */
  readonly series: Map<string, number>;
}

/** The words of OpenTelemetry's specification for units in Prometheus names; what is in braces adds none. */
const UNIT_WORDS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/**
 * Reads an exposition. OpenTelemetry's exporter for JavaScript leaves the unit out of the name and tells it in a
 * line `# UNIT`; the specification wants it at the end of the name, before `_total`, as receivers of OTLP do it. So
 * that rule is applied here, to what stands in that line.
 */
function familiesIn(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let [help, unit, base, name] = ['', '', '', ''];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, keyword, of = '', rest = ''] = /^# (HELP|UNIT|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') [help, unit] = [rest, ''];
    if (keyword === 'UNIT') unit = rest;
    if (keyword === 'TYPE') {
      base = of;
      name = withUnit(base, unit);
      families.set(name, { type: rest, help, series: new Map() });
    }
    if (keyword !== undefined) continue;
    const [, sample = '', labels = '', value = ''] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    expect(sample.startsWith(base), `${line} stands below ${base}`).toBe(true);
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label, content]) => `${label}=${content}`,
    );
    const key = name + sample.slice(base.length) + JSON.stringify(pairs.toSorted());
    families.get(name)?.series.set(key, Number(value));
  }
  return families;
}

function withUnit(base: string, unit: string): string {
  const word = UNIT_WORDS[unit];
  if (word === undefined) return base;
  return base.endsWith('_total') ? `${base.slice(0, -'_total'.length)}_${word}_total` : `${base}_${word}`;
}

/**
 * The one justified difference: the API takes single values of a histogram, so one that has measured nothing cannot
 * be told through it; the scrape endpoint tells it at 0, for `increase()`.
 */
function withoutEmptyHistograms({ type, help, series }: Family): Family {
  if (type !== 'histogram') return { type, help, series };
  const labelsOf = (key: string): string =>
    JSON.stringify(
      (JSON.parse(key.slice(key.indexOf('['))) as string[]).filter((pair) => !pair.startsWith('le=')),
    );
  const empty = new Set(
    [...series]
      .filter(([key, value]) => key.includes('_count[') && value === 0)
      .map(([key]) => labelsOf(key)),
  );
  return { type, help, series: new Map([...series].filter(([key]) => !empty.has(labelsOf(key)))) };
}

/** The first faulty and the first quiet story of every fault, one after the other. */
const someOfAll = (vantage: Script['vantage']): Script => ({
  name: `stories as seen from the ${vantage}`,
  vantage: vantage ?? 'server',
  tell(wire) {
    for (const { faulty, quiet } of allScripts) {
      for (const stories of [faulty, quiet]) {
        stories.find((script) => (script.vantage ?? 'server') === vantage && !script.targets)?.tell(wire);
      }
    }
    for (const operation of operations)
      wire.observer.operation({ ...operation, vantage: vantage ?? 'server' });
    const client = wire.client();
    const session = client.initialize();
    client.delete(session);
  },
});

const operation: Operation = {
  vantage: 'server',
  direction: 'received',
  target: 'default',
  method: 'tools/call',
  networkTransport: 'pipe',
  protocolVersion: '2026-07-28',
  session: undefined,
  errorType: '',
  rpcErrorCode: undefined,
  call: { requestId: '1', name: 'weather', resourceUri: undefined, parent: undefined, ambient: undefined },
  span: undefined,
  startedAt: 0,
  endedAt: 70,
};
const operations: readonly Operation[] = [
  operation,
  { ...operation, errorType: 'tool_error', endedAt: 10_000_000 },
  { ...operation, call: { ...operation.call, name: 'on no list' } as Operation['call'] },
  { ...operation, direction: 'sent', method: 'sampling/createMessage', call: undefined },
];

describe('after the same traffic', () => {
  it.each(['server', 'client', 'proxy'] as const)(
    'seen from the %s, OpenTelemetry tells what a scrape tells',
    async (vantage) => {
      const both = toldTwice();
      tell(someOfAll(vantage), { tools: ['weather'] }, () => {}, both.makeObserver);
      const scraped = familiesIn(await both.scraped());
      const collected = familiesIn(serializer.serialize(await both.collected()));
      both.stop();
      const told = new Map([...scraped].map(([name, family]) => [name, withoutEmptyHistograms(family)]));
      const withSeries = [...told].filter(([, { series }]) => series.size > 0);
      // Something of nearly everything was measured, so that little is left out.
      expect(withSeries.length).toBeGreaterThan(metricList.length * 0.8);
      expect([...collected.keys()].toSorted()).toEqual(withSeries.map(([name]) => name).toSorted());
      for (const [name, { type, help, series }] of withSeries) {
        expect({ type: collected.get(name)?.type, help: collected.get(name)?.help }, name).toEqual({
          type,
          help,
        });
        expect(Object.fromEntries(collected.get(name)?.series ?? []), name).toEqual(
          Object.fromEntries(series),
        );
      }
    },
  );

  it('the names, units and boundaries are those of the conventions', async () => {
    const both = toldTwice();
    tell(someOfAll('server'), {}, () => {}, both.makeObserver);
    const { scopeMetrics } = await both.collected();
    both.stop();
    const told = new Map(scopeMetrics[0]?.metrics.map((metric) => [metric.descriptor.name, metric]));
    const conventional = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
    for (const name of ['mcp.server.operation.duration', 'mcp.client.operation.duration'])
      expect(told.get(name)).toMatchObject({
        descriptor: { unit: 's' },
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: expect.arrayContaining([
          expect.objectContaining({
            value: expect.objectContaining({
              buckets: expect.objectContaining({ boundaries: conventional }),
            }),
          }),
        ]),
      });
    const received = told
      .get('mcp.server.operation.duration')
      ?.dataPoints.map(({ attributes }) => attributes);
    expect(received).toContainEqual({
      target: 'default',
      'mcp.method.name': 'tools/call',
      'error.type': 'tool_error',
      'gen_ai.tool.name': 'other',
      'mcp.protocol.version': '2026-07-28',
      'network.transport': 'pipe',
    });
    expect(received).toContainEqual({
      target: 'default',
      'mcp.method.name': 'initialize',
      'mcp.protocol.version': '2025-11-25',
      'network.transport': 'tcp',
    });
  });
});

describe('a histogram with more label sets than it keeps', () => {
  it('tells the rest as one series, the same to both', async () => {
    const both = toldTwice();
    const tools = Array.from({ length: 400 }, (_, i) => `tool-${i}`);
    const observer = both.makeObserver({ tools });
    for (const name of tools)
      observer.operation({ ...operation, call: { ...operation.call, name } as Operation['call'] });
    const { limit = 0 } = metrics.serverOperationDuration;
    const rest = `mcp_server_operation_duration_seconds_count${JSON.stringify(['otel_metric_overflow=true'])}`;
    for (const text of [await both.scraped(), serializer.serialize(await both.collected())]) {
      const { series } = familiesIn(text).get('mcp_server_operation_duration_seconds') as Family;
      expect([...series.keys()].filter((key) => key.includes('_count'))).toHaveLength(limit + 1);
      expect(series.get(rest)).toBe(tools.length - limit);
    }
    both.stop();
  });
});

describe('after the stop', () => {
  it('no instrument calls back and no value is recorded', async () => {
    const both = toldTwice();
    let refreshed = 0;
    const observer = both.makeObserver({
      memory: () => {
        refreshed++;
        return 1;
      },
    });
    await both.collected();
    expect(refreshed).toBe(1);
    both.stop();
    observer.operation(operation);
    const { scopeMetrics } = await both.collected();
    expect(refreshed).toBe(1);
    const measured = scopeMetrics
      .flatMap((scope) => scope.metrics)
      .filter((metric) => metric.dataPointType === DataPointType.HISTOGRAM && metric.dataPoints.length > 0);
    expect(measured).toEqual([]);
    expect([observer.tracing, observer.wantsCalls]).toEqual([undefined, false]);
  });
});
