import { PROBE_LABELS, probeMetrics } from '../../../src/exporter/probe/probe-metrics.ts';
import { catalogue } from '../../../src/faults/index.ts';
import { CLOSED_LABELS, metricList } from '../../../src/signals/index.ts';
import { labelsGivenBy, queryOf } from './promql.ts';
import { alertingRules, recordingRules, type Rule } from './shipped.ts';

/** A name that a query may ask for. */
export interface Series {
  readonly labels: ReadonlySet<string>;
  /** Whether its labels depend on which of its series are meant, so that none can be called wrong. */
  readonly open: boolean;
  readonly counter: boolean;
}

/** Everything a query may ask for, and the closed lists of values. */
export interface KnownSeries {
  readonly series: ReadonlyMap<string, Series>;
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** How loud an alert may be, loudest first. */
export const ALERT_SEVERITIES: readonly string[] = ['critical', 'warning', 'info'];

const SCRAPED = ['job', 'instance'];

/** What we do not tell ourselves, and why it may be asked for all the same. */
export const OF_OTHERS: Readonly<
  Record<string, { readonly labels: readonly string[]; readonly because: string }>
> = {
  up: { labels: SCRAPED, because: 'Prometheus tells it of everything it scrapes' },
  process_resident_memory_bytes: { labels: SCRAPED, because: 'the client libraries tell it by default' },
};

/** The series of the tables: our metrics, those of probes, and {@link OF_OTHERS}. A histogram goes by three names. */
function seriesOfTables(): Map<string, Series> {
  const series = new Map<string, Series>();
  for (const { name, type, labels } of metricList) {
    const own = [...labels, ...SCRAPED];
    if (type !== 'histogram') series.set(name, seriesWith(own, type === 'counter'));
    else for (const part of ['_sum', '_count']) series.set(name + part, seriesWith(own, true));
    if (type === 'histogram') series.set(`${name}_bucket`, seriesWith([...own, 'le'], true));
  }
  for (const { name, labels } of probeMetrics) series.set(name, seriesWith([...labels, ...SCRAPED]));
  for (const [name, { labels }] of Object.entries(OF_OTHERS))
    series.set(name, seriesWith(labels, name.endsWith('_total')));
  return series;
}

function seriesWith(labels: Iterable<string>, counter = false, open = false): Series {
  return { labels: new Set(labels), counter, open };
}

function closedValues(): Map<string, ReadonlySet<string>> {
  const lists = Object.entries<readonly string[]>({ ...CLOSED_LABELS, ...PROBE_LABELS });
  const values = new Map(lists.map(([label, list]) => [label, new Set(list)]));
  values.set('severity', new Set(ALERT_SEVERITIES));
  values.set('alertstate', new Set(['pending', 'firing']));
  values.set('alertname', new Set(alertingRules().map(({ alert = '' }) => alert)));
  // Alerts are of the faults that Prometheus decides, too.
  values.set('fault', new Set(catalogue.map(({ id }) => id)));
  return values;
}

/** Everything there is: the tables, then what the recording rules make of it, in their order, then the alerts. */
function allKnown(): KnownSeries {
  const known = { series: seriesOfTables(), values: closedValues() };
  for (const { record = '', expr, labels = {} } of recordingRules()) {
    const given = labelsGivenBy(queryOf(expr), known);
    known.series.set(record, seriesWith([...given, ...Object.keys(labels)]));
  }
  const ofAlerts = alertingRules().flatMap((rule) => [...labelsOfAlert(rule, known)]);
  const labels = ['alertstate', ...ofAlerts];
  for (const name of ['ALERTS', 'ALERTS_FOR_STATE']) known.series.set(name, seriesWith(labels, false, true));
  return known;
}

/** The labels that an alert arrives with. */
export function labelsOfAlert({ expr, labels = {} }: Rule, known: KnownSeries = KNOWN): ReadonlySet<string> {
  return new Set(['alertname', ...labelsGivenBy(queryOf(expr), known), ...Object.keys(labels)]);
}

/** See {@link KnownSeries}. */
export const KNOWN = allKnown();
