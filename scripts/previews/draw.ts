import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page, type Route } from 'playwright-core';
import type { Dashboard, Preview } from '../../tools/dashboard-previews/src/preview.ts';

const TOOL = join(import.meta.dirname, '../../tools/dashboard-previews');

/** Nothing listens there: the page and all that it asks for come from the disk. */
const ORIGIN = 'http://previews.invalid';
const PAGE =
  '<!doctype html><link rel="stylesheet" href="/page.css"><script type="module" src="/page.js"></script>';

/** Where Grafana's components look for their icons and fonts, and where npm has them. */
const FOLDERS: readonly (readonly [string, string])[] = [
  ['/public/build/img/icons/', 'node_modules/@grafana/ui/dist/public/img/icons/'],
  ['/public/fonts/inter/', 'node_modules/inter-ui/web/'],
  ['/', 'dist/'],
];

/** Draws dashboards, until it is closed. */
export interface Drawing {
  /** Draws a dashboard on a page of its own. Rejects with what the browser complained of, where it did. */
  draw(preview: Preview): Promise<Page>;
  close(): Promise<void>;
}

/** Whether Grafana's components have been installed. */
export function isInstalled(): boolean {
  return existsSync(join(TOOL, 'node_modules/@grafana/ui'));
}

/** Bundles the page and starts a browser. Throws when Grafana's components have not been installed. */
export async function startDrawing(executablePath: string, width: number): Promise<Drawing> {
  if (!isInstalled()) throw new Error('Run "npm ci --prefix tools/dashboard-previews" first');
  execFileSync('npm', ['run', '--silent', 'bundle'], { cwd: TOOL, stdio: ['ignore', 'inherit', 'inherit'] });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  return { draw: (preview) => draw(browser, preview, width), close: () => browser.close() };
}

async function draw(browser: Browser, preview: Preview, width: number): Promise<Page> {
  // A table that is out of sight is not drawn, so the window is as high as the page.
  const viewport = { width, height: heightOf(preview.dashboard) };
  const page = await browser.newPage({ viewport, locale: 'en-GB', colorScheme: preview.theme });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.route('**', fromDisk);
  await page.goto(`${ORIGIN}/`);
  await page.waitForFunction(() => 'drawPreview' in window);
  await page.evaluate((given) => (window as unknown as Drawer).drawPreview(given), preview);
  await page.waitForLoadState('networkidle');
  // An icon that is still on its way is an empty drawing.
  await page.waitForFunction(() => document.querySelector('main svg:empty') === null);
  if (complaints.length > 0) throw new Error(`${preview.dashboard.title}: ${complaints.join('\n')}`);
  return page;
}

/** More than the grid takes, whose cells are 38 pixels high with the gap below them. */
function heightOf({ panels }: Dashboard): number {
  return 200 + 38 * Math.max(0, ...panels.map(({ gridPos: { y, h } }) => y + h));
}

/** What the bundled page offers. */
interface Drawer {
  drawPreview(preview: Preview): Promise<void>;
}

async function fromDisk(route: Route): Promise<void> {
  const { origin, pathname } = new URL(route.request().url());
  if (origin !== ORIGIN) return route.abort();
  if (pathname === '/') return route.fulfill({ body: PAGE, contentType: 'text/html' });
  const [prefix, folder] = FOLDERS.find(([start]) => pathname.startsWith(start)) ?? ['/', 'dist/'];
  return route.fulfill({ path: join(TOOL, folder, pathname.slice(prefix.length)) });
}
