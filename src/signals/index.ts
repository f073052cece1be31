export { OVERFLOW, type Dimensions, type Labels } from './column.ts';
export { createCounts, type Counts, type Exemplar, type ObservationListener, type Sample } from './counts.ts';
export {
  attributeOf,
  canOccur,
  CLOSED_LABELS,
  END_REASONS,
  statusLabelOf,
  STATUSES,
  STORES,
  type EndReason,
  type LabelName,
  type LabelValues,
  type OpenLabel,
  type Store,
} from './labels.ts';
export type { Metric } from './metric.ts';
export { metricList, metrics } from './metrics.ts';
export type { Instrument, MetricType, Unit } from './naming.ts';
export { createToldOnce, type ToldOnce } from './told-once.ts';
export { createSinks, type SessionEnd, type Sink, type Sinks } from './sink.ts';
