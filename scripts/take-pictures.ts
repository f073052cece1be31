/**
 * Takes the pictures of the page that the documentation shows, light and dark: `node scripts/take-pictures.ts URL`
 * of a running exporter, such as that of `npm run demo` after some rounds. Needs Chromium and pngquant.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import type { FaultPage, SessionPage } from '../src/exporter/api/schemas.ts';

/** What is shown: where, and how much of it from the top, which is until the end of the first such element. */
interface Picture {
  readonly name: string;
  readonly place: string;
  readonly until?: string;
}

/** So many pixels are shown where no element says how many, and at most. */
const [HEIGHT, MOST] = [960, 1400];

/** The fault that is shown with its evidence, and whose session is shown with its timeline. */
const SHOWN = 'client-reuses-dead-session';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: join(import.meta.dirname, '../docs/images') },
    width: { type: 'string', default: '1280' },
    chromium: { type: 'string', default: 'chromium' },
  },
});
const [url = 'http://127.0.0.1:9464/'] = positionals;

const browser = await chromium.launch({ executablePath: programOf(values.chromium), args: ['--no-sandbox'] });
try {
  for (const picture of await picturesOf(url)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: Number(values.width), height: HEIGHT };
      const page = await browser.newPage({ colorScheme, viewport, locale: 'en-GB' });
      await take(page, picture, join(values.out, `${picture.name}-${colorScheme}.png`));
      await page.close();
    }
  }
} finally {
  await browser.close();
}

async function picturesOf(base: string): Promise<readonly Picture[]> {
  const { faults } = await asked<FaultPage>(base, `faults?fault=${SHOWN}&client=cursor`);
  const [fault] = faults;
  if (fault === undefined)
    throw new Error(`${base} knows no open ${SHOWN} of Cursor: take them while the demo plays a round`);
  const { sessions } = await asked<SessionPage>(base, `sessions?q=${fault.ref}`);
  return [
    { name: 'status-page', place: '#/', until: '.card' },
    { name: 'fault', place: `#/faults/${fault.id}`, until: '.steps' },
    { name: 'session', place: `#/sessions/${sessions[0]?.ref ?? fault.ref}`, until: '.steps' },
    { name: 'clients', place: '#/clients' },
    { name: 'probes', place: '#/probes' },
  ];
}

async function asked<Answer>(base: string, path: string): Promise<Answer> {
  const answer = await fetch(`${base}api/v1/${path}`);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as Answer;
}

async function take(page: Page, { place, until }: Picture, path: string): Promise<void> {
  await page.goto(url + place);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.waitForFunction(() => !document.body.innerText.includes('Asking the exporter'));
  if (until !== undefined) await page.setViewportSize(await sizeUntil(page, until));
  await page.screenshot({ path });
  execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', path, '256', path]);
}

async function sizeUntil(page: Page, selector: string): Promise<{ width: number; height: number }> {
  const box = await page.locator(selector).first().boundingBox();
  const height = box === null ? HEIGHT : Math.ceil(box.y + box.height + 28);
  return { width: Number(values.width), height: Math.min(height, MOST) };
}

function programOf(name: string): string {
  return execFileSync('which', [name], { encoding: 'utf8' }).trim();
}
