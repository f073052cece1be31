import { createNoopMeter } from '@opentelemetry/api';
import { Registry, type OpenMetricsContentType } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMetricsText } from '../../src/exporter/metrics-text.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../src/observer.ts';
import { exposeToOpenTelemetry } from '../../src/sinks/opentelemetry/index.ts';
import { exposeToPrometheus } from '../../src/sinks/prometheus.ts';
import { DEAD_400, START, tell } from '../faults/script.ts';
import { spanNamed, startTelemetry, type Telemetry } from './support/telemetry.ts';

let telemetry: Telemetry;
beforeAll(() => {
  telemetry = startTelemetry();
});
afterAll(() => telemetry.shutdown());

/** A session that is refused with the wrong status, at a server whose operations may become spans. */
function aFault(traced: boolean): Observer {
  const makeObserver = (options: ObserverOptions): Observer => {
    const observer = createObserver(options);
    // Instruments alone make no spans, and must not stand before those who do.
    exposeToOpenTelemetry(observer, { meter: createNoopMeter() });
    if (traced) exposeToOpenTelemetry(observer, telemetry);
    return observer;
  };
  return tell(
    {
      name: 'a fault',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, { ...DEAD_400, errorType: '400', took: 70 });
      },
    },
    {},
    () => {},
    makeObserver,
  );
}

const linesOf = (text: string, start: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(start) && line.includes(' # '));

it('durations and faults point to the span they came from, in OpenMetrics', async () => {
  const metricsText = createMetricsText(aFault(true));
  const { contentType, text } = await metricsText.of('application/openmetrics-text; version=1.0.0');
  expect(contentType).toContain('openmetrics');
  const span = spanNamed(telemetry.spans(), 'tools/call').spanContext();
  const pointer = `# {trace_id="${span.traceId}",span_id="${span.spanId}"}`;
  const at = (START + 60_000 + 10 + 70) / 1000;
  const failed = linesOf(text, 'mcp_server_operation_duration_seconds_bucket').filter((line) =>
    line.includes('error_type="400"'),
  );
  expect(failed).toEqual([
    `mcp_server_operation_duration_seconds_bucket{target="default",mcp_method_name="tools/call",error_type="400",gen_ai_tool_name="other",mcp_protocol_version="2025-11-25",network_transport="tcp",le="0.1"} 1 ${pointer} 0.07 ${at}`,
  ]);
  expect(
    linesOf(text, 'mcp_session_faults_total').filter((line) => line.includes('dead-session-wrong-status')),
  ).toEqual([
    `mcp_session_faults_total{vantage="server",target="default",fault="dead-session-wrong-status",side="server"} 1 ${pointer} 1 ${at}`,
  ]);
  expect(linesOf(text, 'mcp_server_session_duration_seconds_bucket')).toHaveLength(1);
  expect((await metricsText.of('text/plain')).text).not.toContain(' # ');
});

it('nothing points anywhere where no spans are made', async () => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  exposeToPrometheus(aFault(false), registry);
  expect(await registry.metrics()).not.toContain(' # ');
});
