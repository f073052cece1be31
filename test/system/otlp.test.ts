import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { faultById } from '../../src/faults/index.ts';
import { metricList, metrics } from '../../src/signals/index.ts';
import { freePort } from '../support/free-port.ts';
import { describeWith } from '../support/system-programs.ts';
import { eventually } from './support/asking.ts';
import { startCollector, type Collector } from './support/collector.ts';
import type { Span } from './support/otlp-json.ts';
import { filledIn, isSeenFrom, panelQueries } from './support/panels.ts';
import { createProcesses, type Process } from './support/processes.ts';
import { startPrometheusReceiver, type PrometheusReceiver } from './support/prometheus-receiver.ts';
import { differencesOf, observedOf, type Series } from './support/series.ts';

const PATIENCE_MS = 20_000;
vi.setConfig({ testTimeout: PATIENCE_MS + 10_000, hookTimeout: 120_000 });

/** Memory changes by itself, from one reading to the next. */
function calmed({ labels, value }: Series): Series {
  return { labels, value: labels['__name__'] === metrics.processMemory.name ? Number(value > 0) : value };
}

/** Names of the table as Prometheus has them, with those of the parts of histograms. */
const TABLE_NAMES = new Set(
  metricList.flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);

describeWith(['prometheus-3', 'otelcol'], 'receivers of OTLP', (prometheusPath, collectorPath) => {
  const processes = createProcesses();
  let folder = '';
  let prometheus: PrometheusReceiver;
  let collector: Collector;
  let tellAgent: (order: string, answer: RegExp) => Promise<void>;

  /** Starts a program that knows nothing of being watched: all that is said to the watch is said by the environment. */
  function startWatched(
    program: string,
    argument: string,
    service: string,
    life: string,
    port: number,
  ): Process {
    return processes.start(
      process.execPath,
      ['--import', 'mcp-session-exporter/register', `test/system/support/${program}.ts`, argument],
      {
        MCP_SESSION_EXPORTER_PORT: String(port),
        MCP_SESSION_EXPORTER_KEY: 'a key that both sides share',
        OTEL_SERVICE_NAME: service,
        OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${life}`,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.otlp,
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: prometheus.otlp,
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_METRIC_EXPORT_TIMEOUT: '900',
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_BLRP_SCHEDULE_DELAY: '200',
      },
    );
  }

  /** A session that its client ends, and one that the server forgets: its id is refused 400, and replaced. */
  async function playStory(shopPort: number, shopMetrics: number, agentMetrics: number): Promise<void> {
    const serve = async (life: string): Promise<Process> => {
      const shop = startWatched('sdk-server', String(shopPort), 'shop', life, shopMetrics);
      await shop.said(/^listening$/);
      return shop;
    };
    const shop = await serve('first');
    const url = `http://127.0.0.1:${shopPort}/mcp`;
    const agent = startWatched('sdk-client', url, 'agent', 'only', agentMetrics);
    const tell = async (order: string, answer: RegExp): Promise<void> => {
      agent.tell(order);
      await agent.said(answer);
    };
    tellAgent = tell;
    await tell('connect', /^connected$/);
    for (let call = 0; call < 3; call++) await tell('call', /^answered 200$/);
    await tell('leave', /^left$/);
    await tell('connect', /^connected$/);
    await tell('call', /^answered 200$/);
    await eventually(
      'the first of what either pushes',
      PATIENCE_MS,
      () => Promise.all(['shop', 'agent'].map((job) => prometheus.query(`{job="${job}"}`))),
      (pushed) => pushed.every(({ length }) => length > 0),
    );
    await shop.end('SIGTERM');
    await serve('second');
    await tell('call', /^answered 400$/);
    await tell('connect', /^connected$/);
    await tell('call', /^answered 200$/);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
    const [shopPort, shopMetrics, agentMetrics] = [await freePort(), await freePort(), await freePort()];
    collector = await startCollector(processes, collectorPath, folder);
    prometheus = await startPrometheusReceiver(processes, prometheusPath, folder, {
      'shop-scraped': `127.0.0.1:${shopMetrics}`,
      'agent-scraped': `127.0.0.1:${agentMetrics}`,
    });
    await playStory(shopPort, shopMetrics, agentMetrics);
  });

  afterAll(async () => {
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['shop', 'second'],
    ['agent', 'only'],
  ])(
    'have the series of %s that are scraped, with the same names, labels and values',
    async (service, life) => {
      const ask = async (): Promise<{ series: number; differences: string[] }> => {
        const pushed = await prometheus.query(`{__name__=~"mcp_.+", job="${service}", instance="${life}"}`);
        const scraped = await prometheus.query(`{__name__=~"mcp_.+", job="${service}-scraped"}`);
        const differences = differencesOf(pushed.map(calmed), observedOf(scraped).map(calmed));
        return { series: pushed.length, differences: differences.slice(0, 20) };
      };
      await eventually(
        'the same, pushed and scraped',
        PATIENCE_MS,
        ask,
        ({ series, differences }) => series > 0 && differences.length === 0,
      );
    },
  );

  it('know every name by the table, and all of it that is born at zero', async () => {
    const pushed = await prometheus.query('{__name__=~"mcp_.+", job=~"shop|agent"}');
    const names = new Set(pushed.map(({ labels }) => labels['__name__'] ?? ''));
    expect([...names].filter((name) => !TABLE_NAMES.has(name))).toEqual([]);
    const expected = metricList.filter(
      ({ type, bornAtZero, vantages }) =>
        bornAtZero && type !== 'histogram' && vantages.some((vantage) => vantage !== 'proxy'),
    );
    expect(expected.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
  });

  it.each([
    ['shop', 'first', metrics.serverOperationDuration, { ok: 4 }],
    ['shop', 'second', metrics.serverOperationDuration, { ok: 1, '-32000': 1 }],
    ['agent', 'only', metrics.clientOperationDuration, { ok: 5, '-32000': 1 }],
  ])('have counted the calls of %s in its %s life', async (service, life, { name }, expected) => {
    const calls = `${name}_count{job="${service}", instance="${life}", mcp_method_name="tools/call"}`;
    const ask = async (): Promise<object> =>
      Object.fromEntries(
        (await prometheus.query(`sum by (error_type) (${calls})`)).map(({ labels, value }) => [
          labels['error_type'] ?? 'ok',
          value,
        ]),
      );
    await expect.poll(ask, { timeout: PATIENCE_MS }).toEqual(expected);
  });

  /** Waits until the spans of an operation have come, as many as there were. */
  async function spansOf(
    service: string,
    kind: Span['kind'],
    method: string,
    count: number,
  ): Promise<Span[]> {
    const read = async (): Promise<Span[]> =>
      collector
        .spans()
        .filter((span) => span.service === service && span.kind === kind)
        .filter(({ attributes }) => attributes['mcp.method.name'] === method);
    return eventually(`spans of ${method}`, PATIENCE_MS, read, (spans) => spans.length >= count);
  }

  it.each([
    ['shop', 'SERVER'],
    ['agent', 'CLIENT'],
  ] as const)('have a span for each operation of %s, by the conventions', async (service, kind) => {
    const calls = await spansOf(service, kind, 'tools/call', 6);
    expect(calls).toHaveLength(6);
    for (const call of calls) {
      expect(call.name).toBe('tools/call report');
      expect(call.attributes).toMatchObject({
        'mcp.method.name': 'tools/call',
        'jsonrpc.request.id': expect.stringMatching(/^\d+$/),
        'gen_ai.tool.name': 'report',
        'mcp.session.id': expect.stringMatching(/^[0-9a-f]{12}$/),
        'mcp.protocol.version': '2025-11-25',
        'network.transport': 'tcp',
        'network.protocol.name': 'http',
      });
    }
    const failed = calls.filter(({ isError }) => isError);
    expect(failed.map(({ attributes }) => attributes['error.type'])).toEqual(['-32000']);
    expect(failed.map(({ attributes }) => attributes['rpc.response.status_code'])).toEqual(['-32000']);
    expect(await spansOf(service, kind, 'initialize', 3)).toHaveLength(3);
  });

  it.each([
    ['that was ended', 'client-delete', ['tools/call', 'tools/call', 'tools/call']],
    ['that lasted when its server was stopped', 'not-ended', ['tools/call']],
  ])('have the span of a session %s, with links to its operations', async (_, reason, calls) => {
    const ofShop = (): Span[] => collector.spans().filter(({ service }) => service === 'shop');
    const isIt = ({ name, attributes }: Span): boolean =>
      name === 'mcp.session' && attributes['mcp.session.end_reason'] === reason;
    const found = await eventually(
      `the span of the session (${reason})`,
      PATIENCE_MS,
      async () => ofShop().filter(isIt),
      (spans) => spans.length > 0,
    );
    expect(found).toHaveLength(1);
    const id = found[0]?.attributes['mcp.session.id'];
    const linked = ofShop().filter(({ spanId }) => found[0]?.links.includes(spanId));
    const told = linked.map(({ attributes }) => String(attributes['mcp.method.name'])).toSorted();
    expect(told).toEqual(['initialize', 'notifications/initialized', ...calls]);
    expect(new Set(linked.map(({ attributes }) => attributes['mcp.session.id']))).toEqual(new Set([id]));
  });

  it('have a record of the fault from either side, of one session, in the trace of the call that showed it', async () => {
    const fault = faultById('dead-session-wrong-status');
    if (fault === undefined) throw new Error('the fault is gone');
    for (const [service, kind] of [
      ['shop', 'SERVER'],
      ['agent', 'CLIENT'],
    ] as const) {
      const read = async () =>
        collector
          .records()
          .filter((record) => record.service === service && record.attributes['fault'] === fault.id);
      const [record] = await eventually(
        `the record of ${service}`,
        PATIENCE_MS,
        read,
        (found) => found.length > 0,
      );
      const [refused] = (await spansOf(service, kind, 'tools/call', 6)).filter(({ isError }) => isError);
      expect(record).toMatchObject({
        eventName: 'mcp.session.fault',
        traceId: refused?.traceId,
        spanId: refused?.spanId,
        attributes: { side: fault.side, 'mcp.session.id': refused?.attributes['mcp.session.id'] },
      });
      const [counted] = await prometheus.query(
        `sum(${metrics.faults.name}{job="${service}", fault="${fault.id}"})`,
      );
      expect(counted?.value).toBe(1);
    }
    const refs = collector.records().filter(({ attributes }) => attributes['fault'] === fault.id);
    expect(new Set(refs.map(({ attributes }) => attributes['mcp.session.id'])).size).toBe(1);
  });

  it('have exemplars of what is scraped that point to spans which were pushed', async () => {
    const bucket = `${metrics.serverOperationDuration.name}_bucket{job="shop-scraped"}`;
    const read = async (): Promise<{ found: number; astray: string[] }> => {
      const spans = new Set(collector.spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`));
      const found = (await prometheus.exemplars(bucket)).map(
        ({ labels }) => `${labels['trace_id']} ${labels['span_id']}`,
      );
      return { found: found.length, astray: found.filter((place) => !spans.has(place)) };
    };
    await eventually('exemplars', PATIENCE_MS, read, ({ found, astray }) => found > 0 && astray.length === 0);
  });

  it('have no session id: those of the SDK are UUIDs', async () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    expect(files).toHaveLength(2);
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(text).toContain('mcp.session.id');
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/);
    }
  });

  it('answer the queries of the panels that show what clients alone see', async () => {
    const asked = panelQueries().filter(
      (query) => isSeenFrom('client', query) && !isSeenFrom('server', query),
    );
    expect(asked).not.toEqual([]);
    // What came with the first of a series shows in no rate: a session of a kind that there was before.
    await tellAgent('leave', /^left$/);
    for (const query of asked) {
      // At any time of the story: a rate is over soon.
      const ever = `max_over_time((${filledIn(query, { job: 'agent' })})[5m:1s])`;
      const ask = (): Promise<Series[]> => prometheus.query(ever);
      await eventually(query.title, PATIENCE_MS, ask, (series) =>
        series.some(({ value }) => Number.isFinite(value)),
      );
    }
  });
});
