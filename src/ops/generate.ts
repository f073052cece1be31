/** Writes everything that follows from the two tables: alerts and their tests, dashboards, docs, the golden metrics. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { stringify } from 'yaml';
import { alertTestFiles } from './alert-tests.ts';
import { ALERT_FILES } from './alerts.ts';
import { configurationPage } from './configuration-page.ts';
import { jsonOf } from './dashboard/grafana.ts';
import { SESSION_HEALTH } from './dashboard/session-health.ts';
import { faultsPage, metricsPage } from './docs.ts';
import { exposeAllScripts } from './replay.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Folders that hold generated files alone: whatever else lies there is a leftover. */
const OWN_FOLDERS = ['alerts', 'dashboards', 'test/golden'];

const files = new Map<string, string>([
  ...Object.entries(ALERT_FILES).map(
    ([name, groups]) => [`alerts/${name}`, yamlOf({ groups: groups() })] as const,
  ),
  ...[...alertTestFiles()].map(([id, tests]) => [`alerts/tests/${id}.yaml`, yamlOf(tests)] as const),
  ['dashboards/mcp-session-health.json', jsonOf(SESSION_HEALTH)],
  ['docs/configuration.md', configurationPage()],
  ['docs/faults.md', faultsPage()],
  ['docs/metrics.md', metricsPage()],
  ['test/golden/metrics.prom', await exposeAllScripts()],
]);

for (const folder of OWN_FOLDERS) removeLeftovers(folder);
for (const [path, text] of files) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}

function yamlOf(value: unknown): string {
  return `# Written by \`npm run generate\`. Do not edit.\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function removeLeftovers(folder: string): void {
  if (!existsSync(join(ROOT, folder))) return;
  for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
    const path = join(ROOT, folder, name);
    if (statSync(path).isFile() && !files.has(relative(ROOT, path).replaceAll('\\', '/'))) rmSync(path);
  }
}
