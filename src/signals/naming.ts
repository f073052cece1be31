/** The instruments of OpenTelemetry that the table uses; Prometheus knows an up-down counter as a gauge. */
export type Instrument = 'counter' | 'upDownCounter' | 'gauge' | 'histogram';

/** How Prometheus reads a metric. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** A unit as UCUM writes it; in braces what is counted, and the empty text for what has none. */
export type Unit = 's' | 'By' | `{${string}}` | '';

/** The words that Prometheus puts at the end of a name. What stands in braces is a remark, and adds none. */
const UNIT_SUFFIXES: Readonly<Partial<Record<Unit, string>>> = { s: '_seconds', By: '_bytes' };

/**
 * The Prometheus name of an OpenTelemetry metric, by the compatibility part of OpenTelemetry's specification: dots
 * become underscores, the unit is put at the end in full, and `_total` behind it if it only ever grows. Receivers of
 * OTLP do the same, so a metric has one name whichever way it comes.
 */
export function prometheusNameOf(name: string, unit: Unit, instrument: Instrument): string {
  const suffix = UNIT_SUFFIXES[unit] ?? '';
  return `${name.replaceAll('.', '_')}${suffix}${instrument === 'counter' ? '_total' : ''}`;
}

/** The Prometheus type of an instrument. */
export function prometheusTypeOf(instrument: Instrument): MetricType {
  return instrument === 'upDownCounter' ? 'gauge' : instrument;
}
