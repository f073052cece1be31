import { Registry, type OpenMetricsContentType } from 'prom-client';
import { exposeToPrometheus, type PrometheusSource } from '../sinks/prometheus.ts';

/** The metrics as text, in the format a scraper asks for. */
export interface MetricsText {
  /** Answers the text and its content type for an `Accept` header. */
  of(accept: string | undefined): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Makes {@link MetricsText}: a registry speaks one format, so there is one for each, over the same counts. */
export function createMetricsText(source: PrometheusSource): MetricsText {
  const text = new Registry();
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const registry of [text, openMetrics]) exposeToPrometheus(source, registry);
  return {
    async of(accept) {
      const registry = prefersOpenMetrics(accept) ? openMetrics : text;
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/**
 * Whether an `Accept` header asks for OpenMetrics 1.0.0 at least as much as for the older text format. A scraper
 * that asks for neither by name gets the older one, which a browser shows too.
 */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  let [openMetrics, text] = [0, 0];
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    const version = valueOf(parameters, 'version');
    const quality = Number(valueOf(parameters, 'q') ?? 1);
    if (type === 'application/openmetrics-text' && (version ?? '1.0.0') === '1.0.0') openMetrics = quality;
    if (type === 'text/plain' && (version ?? '0.0.4') === '0.0.4') text = quality;
  }
  return openMetrics > 0 && openMetrics >= text;
}

function valueOf(parameters: readonly string[], name: string): string | undefined {
  return parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
}
