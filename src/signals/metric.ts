import { VANTAGES, type Vantage } from '../exchange/index.ts';
import type { LabelName } from './labels.ts';
import { prometheusNameOf, prometheusTypeOf, type Instrument, type MetricType, type Unit } from './naming.ts';

/** A metric: it exists because it is a row of this table, and its name is written nowhere else. */
export interface Metric<Labels extends readonly LabelName[] = readonly LabelName[]> {
  /** The Prometheus name: it follows from the OpenTelemetry name, the unit and the instrument. */
  readonly name: string;
  /** The type by which Prometheus knows it. */
  readonly type: MetricType;
  readonly openTelemetry: { readonly name: string; readonly unit: Unit; readonly instrument: Instrument };
  readonly help: string;
  readonly labels: Labels;
  /** Where it can be seen; an observer that stands nowhere of these has no series of it. */
  readonly vantages: readonly Vantage[];
  /** Upper bounds of the buckets of a histogram, ascending, without infinity. */
  readonly buckets: readonly number[];
  /**
   * Every combination of label values is there from the start, at 0, so that increase() sees the first event; those
   * that tell an error come with the first. Off only where combinations are many and no alert counts them.
   */
  readonly bornAtZero: boolean;
  /**
   * The most series that may be born after the start, where there could be more than anyone can store; what comes
   * after them is told together, as one series (see `OVERFLOW`). Undefined: there is room for all.
   */
  readonly limit: number | undefined;
  /** Whether its numbers point to the spans they came from. */
  readonly exemplars: boolean;
  readonly stability: 'experimental' | 'stable';
}

/** What few rows say of themselves; by default a metric has no buckets, is seen from everywhere, and has room for all. */
export type Further = Partial<Pick<Metric, 'buckets' | 'vantages' | 'bornAtZero' | 'limit' | 'exemplars'>>;

/** Makes a row of the table. */
export function row<const L extends readonly LabelName[]>(
  instrument: Instrument,
  name: string,
  unit: Unit,
  help: string,
  labels: L,
  further: Further = {},
): Metric<L> {
  return {
    name: prometheusNameOf(name, unit, instrument),
    type: prometheusTypeOf(instrument),
    openTelemetry: { name, unit, instrument },
    help,
    labels,
    buckets: [],
    vantages: VANTAGES,
    bornAtZero: true,
    limit: undefined,
    exemplars: instrument === 'histogram',
    stability: 'experimental',
    ...further,
  };
}
