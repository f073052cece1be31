import { ROOT_CONTEXT } from '@opentelemetry/api';
import {
  attributeOf,
  metricList,
  type Counts,
  type Labels,
  type Metric,
  type ObservationListener,
} from '../../signals/index.ts';
import type {
  Attributes,
  InstrumentMaker,
  InstrumentOptions,
  OpenTelemetryApi,
  ReadableInstrument,
  Reading,
  RecordingInstrument,
} from './api.ts';
import { spanContextOf } from './trace-contexts.ts';

/** What instruments read. */
export interface CountsSource {
  readonly counts: Counts;
  /** Brings the gauges up to date; called at each collection. */
  readonly refresh: () => void;
}

/**
 * Makes an instrument of every metric of the table. Counters and gauges read the plain counts when they are
 * collected; the API takes no finished histogram, so the values of histograms are recorded as they are observed.
 * Answers a function that lets go of all.
 */
export function exposeInstruments(
  { counts, refresh }: CountsSource,
  meter: InstrumentMaker,
  api: OpenTelemetryApi,
): () => void {
  const attributesOf = createAttributes();
  const readable = new Map<Metric, ReadableInstrument>();
  const recording = new Map<Metric, RecordingInstrument>();
  for (const metric of metricList) {
    const { name } = metric.openTelemetry;
    if (metric.type === 'histogram') recording.set(metric, meter.createHistogram(name, optionsOf(metric)));
    else readable.set(metric, readableOf(metric, meter));
  }

  const read: Reading = (result) => {
    refresh();
    for (const [metric, instrument] of readable) {
      for (const { labels, value } of counts.samples(metric))
        result.observe(instrument, value, attributesOf(labels));
    }
  };

  /** Recorded within the span it came from, for an SDK that keeps exemplars. */
  const record: ObservationListener = (metric, value, labels, trace) => {
    const span = spanContextOf(trace);
    const context = span === undefined ? ROOT_CONTEXT : api.trace.setSpanContext(ROOT_CONTEXT, span);
    recording.get(metric)?.record(value, attributesOf(labels), context);
  };

  const instruments = [...readable.values()];
  meter.addBatchObservableCallback(read, instruments);
  const stopRecording = counts.onObserve(record);
  return () => {
    stopRecording();
    meter.removeBatchObservableCallback(read, instruments);
  };
}

function readableOf(metric: Metric, meter: InstrumentMaker): ReadableInstrument {
  const { name, instrument } = metric.openTelemetry;
  const options = optionsOf(metric);
  if (instrument === 'counter') return meter.createObservableCounter(name, options);
  if (instrument === 'upDownCounter') return meter.createObservableUpDownCounter(name, options);
  return meter.createObservableGauge(name, options);
}

function optionsOf({ help, buckets, type, openTelemetry: { unit } }: Metric): InstrumentOptions {
  const advice = { explicitBucketBoundaries: [...buckets] };
  return { unit, description: help, ...(type === 'histogram' ? { advice } : undefined) };
}

/** The labels of a series are one object for as long as it lives, so its attributes are made once. */
function createAttributes(): (labels: Labels) => Attributes {
  const made = new WeakMap<Labels, Attributes>();
  return (labels) => {
    const known = made.get(labels);
    if (known !== undefined) return known;
    const pairs = Object.entries(labels).map(([label, value]) => [attributeOf(label), value] as const);
    const attributes: Attributes = Object.fromEntries(pairs);
    made.set(labels, attributes);
    return attributes;
  };
}
