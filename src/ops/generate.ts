/** Writes everything that follows from the two tables: alerts and their tests, dashboards, docs, the golden metrics. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { configurationPage } from './configuration-page.ts';
import { dashboardFiles } from './dashboard/files.ts';
import { faultsPage, metricsPage } from './docs.ts';
import { exposeAllScripts } from './replay.ts';
import { ruleFilesText } from './rule-files.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Folders that hold generated files alone: whatever else lies there is a leftover. */
const OWN_FOLDERS = ['alerts', 'dashboards', 'test/golden'];

const files = new Map<string, string>([
  ...ruleFilesText(),
  ...dashboardFiles(),
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

/** What begins with a dot is the settings of a tool, and written by hand. */
function removeLeftovers(folder: string): void {
  if (!existsSync(join(ROOT, folder))) return;
  for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
    if (basename(name).startsWith('.')) continue;
    const path = join(ROOT, folder, name);
    if (statSync(path).isFile() && !files.has(relative(ROOT, path).replaceAll('\\', '/'))) rmSync(path);
  }
}
