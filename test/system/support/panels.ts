import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vantage } from '../../../src/exchange/index.ts';
import { metricList, metrics } from '../../../src/signals/index.ts';

const DASHBOARDS = join(import.meta.dirname, '../../../dashboards');

/** A query of a panel of a dashboard. */
export interface PanelQuery {
  /** The uid of the dashboard. */
  readonly dashboard: string;
  readonly title: string;
  readonly expr: string;
}

/** What Grafana fills into queries. */
export interface Filling {
  readonly job: string;
  /** The interval of `rate`: at least four scrapes. Default: 15s. */
  readonly rateInterval?: string;
  /** What the page shows. Default: 5m. */
  readonly range?: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr?: string }[];
  /** Those of a row that is folded. */
  readonly panels?: readonly Panel[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
}

/** Every query of every panel of every dashboard. */
export function panelQueries(): PanelQuery[] {
  const dashboards = readdirSync(DASHBOARDS).filter((name) => name.endsWith('.json'));
  return dashboards.flatMap((name) => {
    const { uid, panels } = JSON.parse(readFileSync(join(DASHBOARDS, name), 'utf8')) as Dashboard;
    return panels
      .flatMap((panel) => [panel, ...(panel.panels ?? [])])
      .flatMap(({ title, targets = [] }) =>
        targets.flatMap(({ expr }) => (expr === undefined ? [] : [{ dashboard: uid, title, expr }])),
      );
  });
}

/** Whether a query has figures where only this is watched: some metrics are known to clients alone, some to servers. */
export function isSeenFrom(vantage: Vantage, { expr }: Pick<PanelQuery, 'expr'>): boolean {
  const asking = expr.includes(metrics.clientOperationDuration.name);
  // A server may ask its clients, but in none of these tests does one.
  if (asking) return vantage === 'client';
  const read = metricList.filter(({ name }) => expr.includes(name));
  return read.length === 0 || read.some(({ vantages }) => vantages.includes(vantage));
}

/** What Grafana makes of a query for the last minutes of a job, where everything is chosen in the other variables. */
export function filledIn(
  { expr }: Pick<PanelQuery, 'expr'>,
  { job, rateInterval = '15s', range = '5m' }: Filling,
): string {
  const known: Readonly<Record<string, string>> = {
    __rate_interval: rateInterval,
    __interval: rateInterval,
    __range: range,
    job,
  };
  return expr.replaceAll(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return known[name] ?? '.*';
  });
}
