import { stringify } from 'yaml';
import { DASHBOARDS } from './dashboards.ts';
import { dashboardsPage } from './dashboards-page.ts';
import { jsonOf } from './grafana.ts';
import type { Page } from './page.ts';
import { TAG } from './uids.ts';

/** Every file that follows from the dashboards, by its path below the root. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...DASHBOARDS.flatMap((page): [string, string][] => [
      [`dashboards/${page.uid}.json`, jsonOf(page)],
      [`dashboards/kubernetes/${page.uid}.yaml`, manifestOf(page)],
    ]),
    ['docs/dashboards.md', dashboardsPage(DASHBOARDS)],
  ]);
}

/** For the operator of Grafana: it gives the dashboard to every Grafana that has the label. */
function manifestOf(page: Page): string {
  const manifest = {
    apiVersion: 'grafana.integreatly.org/v1beta1',
    kind: 'GrafanaDashboard',
    metadata: { name: page.uid, labels: { 'app.kubernetes.io/name': TAG } },
    spec: {
      instanceSelector: { matchLabels: { dashboards: 'grafana' } },
      allowCrossNamespaceImport: true,
      folder: 'MCP sessions',
      json: jsonOf(page),
    },
  };
  return `# Written by \`npm run generate\`. Do not edit.\n${stringify(manifest, { lineWidth: 0 })}`;
}
