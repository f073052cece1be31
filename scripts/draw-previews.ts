/**
 * Draws the dashboards with Grafana's React components, outside Grafana, and puts the pictures into docs/images:
 * `npm run previews`. The figures are those of some minutes of what docker-compose.yml runs, or of the Prometheus at
 * `--prometheus URL`. Needs Chromium, pngquant, Prometheus, and `npm ci --prefix tools/dashboard-previews` before.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Dashboard } from '../tools/dashboard-previews/src/preview.ts';
import { answersFor, labelsFor, scrapeIntervalOf, type Source } from './previews/ask.ts';
import { startDrawing, type Drawing } from './previews/draw.ts';
import { withoutRepeats } from './previews/repeats.ts';
import { withStack } from './previews/stage.ts';
import { chosenIn, type Span } from './previews/variables.ts';

const ROOT = join(import.meta.dirname, '..');
const CAPTION = 'Component preview, drawn outside Grafana';

const { values } = parseArgs({
  options: {
    prometheus: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    only: { type: 'string', default: '*' },
    out: { type: 'string', default: join(ROOT, 'docs/images') },
    width: { type: 'string', default: '1280' },
    chromium: { type: 'string', default: 'chromium' },
  },
});
const minutes = Number(values.minutes);

if (values.prometheus === undefined) await withStack(minutes, drawAll);
else await drawAll({ url: values.prometheus, named: (value) => value });

async function drawAll(source: Source): Promise<void> {
  const to = Date.now();
  const span = { from: to - minutes * 60_000, to, scrapeMs: await scrapeIntervalOf(source) };
  const drawing = await startDrawing(programOf(values.chromium), Number(values.width));
  try {
    for (const file of globSync(`dashboards/${values.only}.json`, { cwd: ROOT }).toSorted())
      await drawOne(drawing, file, source, span);
  } finally {
    await drawing.close();
  }
}

async function drawOne(drawing: Drawing, file: string, source: Source, span: Span): Promise<void> {
  const written = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Dashboard;
  const dashboard = await withoutRepeats(written, (expr) => labelsFor(expr, written, source, span));
  const answers = await answersFor(dashboard, source, span);
  const variables = Object.fromEntries([...chosenIn(dashboard)].map(([name, { text }]) => [name, text]));
  for (const theme of ['dark', 'light'] as const) {
    const { from, to } = span;
    const page = await drawing.draw({ dashboard, caption: CAPTION, theme, from, to, variables, answers });
    const path = join(values.out, `preview-${dashboard.uid}-${theme}.png`);
    await page.locator('main').screenshot({ path });
    await page.close();
    execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', path, '256', path]);
    console.log(path);
  }
}

function programOf(name: string): string {
  return execFileSync('which', [name], { encoding: 'utf8' }).trim();
}
