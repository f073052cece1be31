import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { metrics as globalMetrics, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asksForOpenTelemetry, startOpenTelemetry } from '../../src/exporter/open-telemetry.ts';
import { createObserver } from '../../src/observer.ts';
import { metrics } from '../../src/signals/index.ts';
import { startTelemetry } from '../sinks/support/telemetry.ts';
import { anExchange } from '../support/an-exchange.ts';
import { post } from './support/mcp-server.ts';

const SUPPORT = join(import.meta.dirname, 'support');
const REGISTER = join(import.meta.dirname, '../../src/register.ts');

const MADE_UP = 'nobody-gave-this-id';

/** Takes what is sent by OTLP as JSON, by path. */
const received = new Map<string, string[]>();
let receiver: Server;
let endpoint = '';
beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.set(request.url ?? '', [...(received.get(request.url ?? '') ?? []), body]);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

/** Runs the program under watch, has it refuse a session, and lets it end; answers its stderr. */
async function run(environment: Readonly<Record<string, string>>): Promise<{ stderr: string; code: number }> {
  received.clear();
  const child = spawn(
    process.execPath,
    ['--import', join(SUPPORT, 'loaded.ts'), '--import', REGISTER, join(SUPPORT, 'serve.ts')],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_NO_WARNINGS: '1',
        MCP_SESSION_EXPORTER_PORT: '0',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        ...environment,
      },
    },
  );
  let [url, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (url += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  await expect.poll(() => url + stderr, { timeout: 15_000 }).toMatch(/status page at/);
  await expect.poll(() => url, { timeout: 15_000 }).toMatch(/\n/);
  const { session } = await post(url.trim(), 'initialize');
  await post(url.trim(), 'tools/list', { session });
  await post(url.trim(), 'tools/list', { session: MADE_UP });
  const exit = once(child, 'exit');
  child.stdin.end();
  const [code] = (await exit) as [number];
  return { stderr, code };
}

describe('a program that is watched from its command line', () => {
  it('sends metrics, spans and records before it ends, under the name of the program', async () => {
    const { stderr, code } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(code).toBe(0);
    expect(stderr).not.toContain('OpenTelemetry');
    expect(stderr).toContain('loaded @opentelemetry/api @opentelemetry/');
    const sent = (path: string): string => received.get(path)?.join('\n') ?? '';
    for (const path of ['/v1/traces', '/v1/metrics', '/v1/logs'])
      expect(sent(path).includes('{"key":"service.name","value":{"stringValue":"serve"}}'), path).toBe(true);
    for (const name of ['initialize', 'tools/list', 'mcp.session'])
      expect(sent('/v1/traces').includes(`"name":"${name}"`), name).toBe(true);
    for (const { openTelemetry } of [metrics.sessionsActive, metrics.serverOperationDuration])
      expect(sent('/v1/metrics').includes(`"name":"${openTelemetry.name}"`), openTelemetry.name).toBe(true);
    expect(sent('/v1/logs').includes('"eventName":"mcp.session.fault"')).toBe(true);
    // Arguments of a program may hold secrets.
    expect([...received.values()].flat().some((text) => text.includes('process.command'))).toBe(false);
    // The id that nobody issued is told by its reference, as every id is.
    expect([...received.values()].flat().some((text) => text.includes(MADE_UP))).toBe(false);
  });

  it('keeps the name that the environment gives it', async () => {
    await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    });
    expect([...received.keys()]).toEqual(['/v1/traces']);
    expect(received.get('/v1/traces')?.some((text) => text.includes('{"stringValue":"shop"}'))).toBe(true);
  });

  it.each([
    ['is not asked for', {}],
    ['is disabled', { OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'otlp' }],
  ])('loads nothing of OpenTelemetry when it %s', async (_, environment) => {
    expect((await run(environment)).stderr).toContain('loaded nothing\n');
  });

  it('runs on when the SDK cannot be loaded, and says so in one line', async () => {
    const { stderr, code } = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      REFUSE: '@opentelemetry/sdk-node',
    });
    expect(code).toBe(0);
    expect(stderr.split('\n').filter((line) => line.includes('OpenTelemetry'))).toEqual([
      'mcp-session-exporter: OpenTelemetry could not be started: @opentelemetry/sdk-node is not there. All else goes on.',
    ]);
    expect(received.size).toBe(0);
  });

  it('ends although nobody listens at the endpoint', async () => {
    const { code } = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    });
    expect(code).toBe(0);
  });
});

describe('within a program', () => {
  it('uses the SDK that the program has registered, and leaves it as it was', async () => {
    const telemetry = startTelemetry();
    const provider = trace.getTracerProvider();
    const observer = createObserver();
    const told: string[] = [];
    const stop = await startOpenTelemetry(observer, { OTEL_TRACES_EXPORTER: 'otlp' }, (line) =>
      told.push(line),
    );
    observer.exchange(anExchange({ rpcMethods: ['ping'] }));
    await stop();
    observer.exchange(anExchange({ rpcMethods: ['ping'] }));
    expect(telemetry.spans().map((span) => span.name)).toEqual(['ping']);
    expect(telemetry.spans()[0]?.instrumentationScope.name).toBe('mcp-session-exporter');
    expect(trace.getTracerProvider()).toBe(provider);
    await telemetry.shutdown();
    expect(told).toEqual([]);
  });

  it('takes its own SDK away when it stops', async () => {
    const listeners = process.listenerCount('beforeExit');
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
    const stop = await startOpenTelemetry(createObserver(), environment, () => {});
    expect(process.listenerCount('beforeExit')).toBe(listeners + 1);
    const meter = globalMetrics.getMeterProvider();
    await stop();
    vi.unstubAllEnvs();
    expect(process.listenerCount('beforeExit')).toBe(listeners);
    expect(globalMetrics.getMeterProvider()).not.toBe(meter);
    expect(trace.getTracer('test').startSpan('test').isRecording()).toBe(false);
  });
});

it.each([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/v1/traces' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ OTEL_METRICS_EXPORTER: 'console' }, true],
  [{ OTEL_LOGS_EXPORTER: 'none' }, false],
  [{ OTEL_SERVICE_NAME: 'shop' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_SDK_DISABLED: 'TRUE' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false],
])('%j asks for OpenTelemetry: %j', (environment, asks) => {
  expect(asksForOpenTelemetry(environment)).toBe(asks);
});
