import type { Counts, Exemplar, Metric, Sample } from '../signals/index.ts';
import { metricList } from '../signals/index.ts';

/**
 * The part of a prom-client `Registry` that is used; `@prometheus-io/client` has the same. The registry is the
 * caller's: nothing global is touched.
 */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  removeSingleMetric(name: string): void;
}

/** What {@link exposeToPrometheus} reads. */
export interface PrometheusSource {
  readonly counts: Counts;
  /** Brings the gauges up to date; called at each collection. */
  readonly refresh: () => void;
}

/**
 * Registers every metric of the table with a registry, to be read from the plain counts when it is scraped.
 * Answers a function that takes them out again. Throws what the registry throws when a name is taken.
 */
export function exposeToPrometheus(source: PrometheusSource, registry: MetricRegistry): () => void {
  const taken: string[] = [];
  try {
    const once = { counts: source.counts, refresh: oncePerTurn(source.refresh) };
    for (const metric of metricList) {
      registry.registerMetric(readable(metric, once) as never);
      taken.push(metric.name);
    }
  } catch (error) {
    for (const name of taken) registry.removeSingleMetric(name);
    throw error;
  }
  return () => {
    for (const name of taken) registry.removeSingleMetric(name);
  };
}

/** A registry asks its metrics one after the other in the same turn: one refresh serves them all. */
function oncePerTurn(refresh: () => void): () => void {
  let fresh = false;
  return () => {
    if (fresh) return;
    fresh = true;
    queueMicrotask(() => (fresh = false));
    refresh();
  };
}

interface PromValue {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Told by registries that speak OpenMetrics, and only by those. */
  readonly exemplar?: {
    readonly labelSet: { readonly trace_id: string; readonly span_id: string };
    readonly value: number;
    /** Seconds since the epoch. */
    readonly timestamp: number;
  };
}

/**
 * A metric in the shape a registry asks of its metrics: `name` and `get()`. The registry changes the name of a
 * counter when it speaks OpenMetrics, so `get` must answer with the current one.
 */
function readable(metric: Metric, source: PrometheusSource) {
  const { name, help, type } = metric;
  return {
    name,
    help,
    type,
    get() {
      source.refresh();
      const values = source.counts.samples(metric).flatMap((sample) => promValuesOf(metric, sample));
      return Promise.resolve({ name: this.name, help, type, values, aggregator: 'sum' });
    },
    /** Counts live as long as the observer: what resets a registry between tests must not lose them. */
    reset() {},
  };
}

function promValuesOf(metric: Metric, sample: Sample): PromValue[] {
  const { labels, value, buckets, sum, exemplars } = sample;
  if (buckets === undefined) return [{ labels, value, ...pointerTo(exemplars?.[0]) }];
  const counted = buckets.map((count, i) => ({
    metricName: `${metric.name}_bucket`,
    labels: { ...labels, le: metric.buckets[i] ?? '+Inf' },
    value: count,
    ...pointerTo(exemplars?.[i]),
  }));
  return [
    ...counted,
    { metricName: `${metric.name}_sum`, labels, value: sum },
    { metricName: `${metric.name}_count`, labels, value },
  ];
}

function pointerTo(exemplar: Exemplar | undefined): Pick<PromValue, 'exemplar'> {
  if (exemplar === undefined) return {};
  const { traceId, spanId, value, at } = exemplar;
  return { exemplar: { labelSet: { trace_id: traceId, span_id: spanId }, value, timestamp: at / 1000 } };
}
