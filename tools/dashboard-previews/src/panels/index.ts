import type { PanelKind } from './kind.ts';
import { stat } from './stat.tsx';
import { table } from './table.tsx';
import { timeSeries } from './time-series.tsx';

/** The kinds of panel that are drawn. The components of others are in Grafana's core alone. */
export const kinds: ReadonlyMap<string, PanelKind> = new Map([
  ['stat', stat],
  ['table', table],
  ['timeseries', timeSeries],
]);
