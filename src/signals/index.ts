export { createCounts, type Counts, type Dimensions, type Sample } from './counts.ts';
export {
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
export { metricList, metrics, type Metric, type MetricType } from './metrics.ts';
