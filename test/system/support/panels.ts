import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vantage } from '../../../src/exchange/index.ts';
import { metricList, metrics } from '../../../src/signals/index.ts';

const DASHBOARD = join(import.meta.dirname, '../../../dashboards/mcp-session-health.json');

/** A query of a panel of the dashboard. */
export interface PanelQuery {
  readonly title: string;
  readonly expr: string;
}

/** Every query of every panel. */
export function panelQueries(): PanelQuery[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  };
  return panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
}

/** Whether a query has figures where only this is watched: some metrics are known to clients alone, some to servers. */
export function isSeenFrom(vantage: Vantage, { expr }: PanelQuery): boolean {
  const asking = expr.includes(metrics.clientOperationDuration.name);
  // A server may ask its clients, but in none of these tests does one.
  if (asking) return vantage === 'client';
  const read = metricList.filter(({ name }) => expr.includes(name));
  return read.length === 0 || read.some(({ vantages }) => vantages.includes(vantage));
}

/** What Grafana makes of a query for a page that shows the last minutes of a job, with all targets and clients chosen. */
export function filledIn({ expr }: PanelQuery, job: string): string {
  return expr
    .replaceAll('$__rate_interval', '15s')
    .replaceAll('$__range', '5m')
    .replaceAll('$job', job)
    .replaceAll(/\$(target|client)/g, '.*');
}
