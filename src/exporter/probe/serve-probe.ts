import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gauge, Registry, type OpenMetricsContentType } from 'prom-client';
import { prefersOpenMetrics } from '../metrics-text.ts';
import { probeMetrics } from './probe-metrics.ts';
import type { Probes } from './probes.ts';
import type { ProbeReport } from './report.ts';
import { reportAsText } from './report-text.ts';

const PLAIN = 'text/plain; charset=utf-8';

/** Left to Prometheus of the time it has told, to carry the answer. */
const CARRYING_MS = 500;

const SHORTEST_MS = 1000;

/**
 * Serves `/probe?target=&module=`: the metrics of one probe, in a registry that holds nothing else. A target that is
 * not allowed is refused with 403, and nothing is sent to it. `debug=true` answers every exchange, for people.
 */
export function serveProbe(app: FastifyInstance, probes: Probes): void {
  app.get('/probe', { exposeHeadRoute: false }, async (request, reply) => {
    const { target, module, debug } = parametersOf(request);
    if (target === undefined)
      return reply.code(400).type(PLAIN).send('Name the server: /probe?target=http://host/mcp\n');
    const probed = await probes.run(target, module, timeOf(request));
    if (probed.kind !== 'report')
      return reply
        .code(probed.kind === 'target-refused' ? 403 : 400)
        .type(PLAIN)
        .send(`${probed.words}\n`);
    const { contentType, text } = await metricsOf(probed.report, request.headers.accept);
    if (debug !== 'true') return reply.type(contentType).header('vary', 'accept').send(text);
    return reply.type(PLAIN).send(`${reportAsText(probed.report, undefined, true)}\n${text}`);
  });
}

type Parameters = Readonly<Record<'target' | 'module' | 'debug', string | undefined>>;

/** Of a parameter that is given twice neither is taken. */
function parametersOf({ query }: FastifyRequest): Parameters {
  const given = query as Readonly<Record<string, unknown>>;
  const read = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return { target: read('target'), module: read('module'), debug: read('debug') };
}

/** The time that Prometheus gives a scrape, as it says itself. */
function timeOf({ headers }: FastifyRequest): number | undefined {
  const seconds = Number(headers['x-prometheus-scrape-timeout-seconds']);
  return seconds > 0 ? Math.max(SHORTEST_MS, seconds * 1000 - CARRYING_MS) : undefined;
}

async function metricsOf(
  report: ProbeReport,
  accept: string | undefined,
): Promise<{ readonly contentType: string; readonly text: string }> {
  const registry = new Registry<OpenMetricsContentType>();
  if (prefersOpenMetrics(accept)) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const { name, help, labels, samples } of probeMetrics) {
    const gauge = new Gauge({ name, help, labelNames: labels, registers: [registry] });
    for (const { labels: values, value } of samples(report)) gauge.set(values, value);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}
