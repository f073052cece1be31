import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLatestProbes } from '../../src/exporter/api/probes.ts';
import { createStatusServer } from '../../src/exporter/index.ts';
import { evidenceOfRow } from '../../src/ops/dashboard/links.ts';
import { aProbeReport } from '../exporter/support/a-probe-report.ts';
import { loseSession, refuse, watched, type Watched } from '../exporter/support/watched.ts';
import { describeWith } from '../support/system-programs.ts';
import { isFocused, launch, openPage, tabTo, violations } from './support/browser.ts';

const VIEWS = ['#/', '#/faults', '#/sessions', '#/clients', '#/traffic', '#/probes'];
const [WRONG, REPEATED] = ['a00000000001', 'a00000000002'];

describeWith(['chromium'], 'the views of the page in Chromium', (executablePath) => {
  let browser: Browser;
  let app: FastifyInstance;
  let world: Watched;
  let page: Page;
  let url: string;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launch(executablePath);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    complaints = [];
    world = watched(['orders', 'search']);
    const probes = createLatestProbes();
    probes.put(aProbeReport('http://orders.test/mcp', ['unknown-id-post']));
    probes.put(aProbeReport('http://orders.test/mcp'), 'logged-in');
    app = createStatusServer(world.observer, { probes });
    loseSession(world, WRONG, 400, { target: 'orders', family: 'cursor' });
    const who = { target: 'search', family: 'zed', client: 'c00000000002', clientVersion: '0.9.1' } as const;
    loseSession(world, REPEATED, 404, who);
    for (let i = 0; i < 2; i++) {
      world.wait(1500);
      refuse(world, REPEATED, 404, who);
    }
    url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/`;
  });
  afterEach(async () => {
    await page.context().close();
    await app.close();
  });

  async function open(place: string, colorScheme: 'light' | 'dark' = 'light', width = 1200): Promise<void> {
    page = await openPage(browser, { url, place, colorScheme, width, complaints });
  }

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const entries = () => page.locator('.entries > li');

  it('opens a fault by its address, again and again', async () => {
    await open('#/faults');
    await page.getByRole('link', { name: 'Dead session answered with the wrong status' }).click();
    await heading('Dead session answered with the wrong status').waitFor();
    const address = page.url();
    expect(address).toMatch(/#\/faults\/dead-session-wrong-status\.\w+\.\w+$/);
    for (const fresh of [false, true]) {
      if (fresh) {
        await page.context().close();
        await open(address.slice(url.length));
      } else await page.reload();
      await heading('Dead session answered with the wrong status').waitFor();
      expect(await page.getByText('The server answered 400 where').isVisible()).toBe(true);
      expect(await page.locator('.steps > li').count()).toBe(2);
      const runbook = page.getByRole('link', { name: 'Runbook' });
      expect(await runbook.getAttribute('href')).toMatch(/runbooks\/dead-session-wrong-status\.md$/);
      expect(await page.title()).toContain('Dead session answered with the wrong status');
    }
    expect(complaints).toEqual([]);
  });

  it('goes from a fault to its session, with its timeline, and back', async () => {
    await open('#/faults');
    await page.getByRole('link', { name: 'Client repeats a dead session id' }).click();
    await page.locator('.refs').getByRole('link', { name: REPEATED }).click();
    await heading(`Session ${REPEATED}`).waitFor();
    const statuses = await page.locator('.steps .status').allInnerTexts();
    expect(statuses).toEqual(['200', '200', '404', '404', '404']);
    expect(await entries().filter({ hasText: 'Client repeats a dead session id' }).count()).toBe(1);
    await page.goBack();
    await heading('Client repeats a dead session id').waitFor();
    await page.goBack();
    await heading('Faults').waitFor();
    expect(complaints).toEqual([]);
  });

  it('hands out the recording of a fault', async () => {
    await open('#/faults');
    await page.getByRole('link', { name: 'Dead session answered with the wrong status' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the recording' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    expect(download.suggestedFilename()).toMatch(/^dead-session-wrong-status\..*\.jsonl$/);
    expect(text.split('\n').map((line) => line.slice(0, 18))).toEqual([
      '{"format":"mcp-ses',
      ...Array.from({ length: 3 }, () => '{"type":"exchange"'),
      '{"type":"end","at"',
      '',
    ]);
  });

  it('shows a fault that comes in live, and disturbs neither keyboard nor selection nor scrolling', async () => {
    for (let i = 0; i < 30; i++) {
      const session = `b${String(i).padStart(11, '0')}`;
      loseSession(world, session, 400, { target: 'orders', client: `c${session.slice(1)}` });
    }
    await open('#/faults');
    const entry = entries().filter({ hasText: REPEATED });
    await entry.waitFor();
    await entry.getByRole('link').focus();
    await entry
      .locator('p')
      .first()
      .evaluate((node) => getSelection()?.selectAllChildren(node));
    const top = (): Promise<number> => entry.evaluate((node) => node.getBoundingClientRect().top);
    const [before, selected] = [await top(), await page.evaluate(() => String(getSelection()))];
    expect(selected).toContain('The client sent the dead session id');
    loseSession(world, 'f00000000001', 400, { target: 'orders', family: 'vscode', client: 'c0000000000f' });
    await entries().filter({ hasText: 'f00000000001' }).waitFor();
    expect(await entries().first().innerText()).toContain('f00000000001');
    expect(await isFocused(entry.getByRole('link'))).toBe(true);
    expect(await page.evaluate(() => String(getSelection()))).toBe(selected);
    expect(Math.abs((await top()) - before)).toBeLessThan(2);
    expect(complaints).toEqual([]);
  });

  it('filters, and keeps it in the address', async () => {
    await open('#/faults');
    await entries().nth(1).waitFor();
    await page.getByLabel('Who has to act').selectOption('client');
    await page.getByText('1 fault', { exact: true }).waitFor();
    expect(await entries().allInnerTexts()).toEqual([expect.stringContaining(REPEATED)]);
    expect(page.url()).toContain('side=client');
    await page.reload();
    await page.getByText('1 fault', { exact: true }).waitFor();
    expect(await page.getByLabel('Who has to act').inputValue()).toBe('client');
    await page.getByLabel('Client').selectOption('cursor');
    await page.getByText('Nothing of this kind.').waitFor();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Faults' }).click();
    await page.getByText('2 faults', { exact: true }).waitFor();
    expect(await page.getByLabel('Who has to act').inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });

  it.each([
    ['a target', { target: 'search' }, [REPEATED]],
    ['none, since what was clicked has none', { target: '' }, [REPEATED, WRONG]],
  ])('shows the evidence that a link of a dashboard leads to, with %s', async (_, cells, evidence) => {
    const { url: link } = evidenceOfRow('all', { target: 'target' });
    const place = link.replace('${page}/', '').replaceAll(/\$\{__data\.fields\.target:\w+\}/g, cells.target);
    await open(place);
    for (const session of evidence) await entries().filter({ hasText: session }).waitFor();
    expect(await entries().count()).toBe(evidence.length);
    expect(complaints).toEqual([]);
  });

  it('searches while somebody types, and keeps the keyboard where it is', async () => {
    await open('#/sessions');
    await page.getByText('2 sessions', { exact: true }).waitFor();
    await page.getByLabel('Search').focus();
    await page.keyboard.type('zed');
    await page.getByText('1 session', { exact: true }).waitFor();
    expect(page.url()).toContain('q=zed');
    expect(await page.getByRole('row').allInnerTexts()).toEqual([
      expect.any(String),
      expect.stringContaining(REPEATED),
    ]);
    expect(await isFocused(page.getByLabel('Search'))).toBe(true);
  });

  it('is driven by keyboard alone', async () => {
    await open('');
    const views = page.getByRole('navigation', { name: 'Views' });
    await tabTo(page, views.getByRole('link', { name: 'Faults' }));
    await page.keyboard.press('Enter');
    await heading('Faults').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await tabTo(page, page.getByLabel('Search'));
    await page.keyboard.type('repeats');
    await page.getByText('1 fault', { exact: true }).waitFor();
    await tabTo(page, page.getByRole('link', { name: 'Client repeats a dead session id' }));
    await page.keyboard.press('Enter');
    await heading('Client repeats a dead session id').waitFor();
    await tabTo(page, page.locator('.refs').getByRole('link', { name: REPEATED }));
    await page.keyboard.press('Enter');
    await heading(`Session ${REPEATED}`).waitFor();
    await tabTo(page, page.getByRole('link', { name: 'All sessions' }));
    await page.keyboard.press('Enter');
    await heading('Sessions').waitFor();
    expect(complaints).toEqual([]);
  });

  it('says so when something is not known, or no longer', async () => {
    await open('#/faults/of-yesterday');
    await page.getByText('This fault is not known here.').waitFor();
    await page.goto(`${url}#/sessions/%E0%A4%A`);
    await page.getByText('This session is not known here.').waitFor();
    expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });

  it('tells clients, eras and probes', async () => {
    await open('#/clients');
    await page.getByRole('rowheader', { name: 'zed' }).waitFor();
    expect(await page.getByRole('row', { name: /^zed 0\.9\.1 · 1 client .*search/ }).innerText()).toMatch(
      /never had to[^]*2025-11-25: 5/,
    );
    await page.goto(`${url}#/traffic`);
    await page
      .getByRole('row', { name: /^orders at the server with sessions 2025-11-25 3 cursor/ })
      .waitFor();
    await page.goto(`${url}#/probes`);
    const row = page.getByRole('row', { name: /^POST with an unknown session id is answered 404/ });
    await row.getByText('failed').waitFor();
    expect(await page.locator('.entries').innerText()).toContain('It was answered 400.');
    const columns = await page.getByRole('columnheader').allInnerTexts();
    expect(columns).toEqual(['Check', 'orders.test/mcp (logged-in)', 'orders.test/mcp']);
  });

  it('shows hostile values as text, on every view', async () => {
    const hostile = '<img src=x onerror=bad()><script>bad()</script>';
    await open('#/');
    await page.route('**/api/v1/**', async (route) => {
      const answer = await (await fetch(route.request().url())).text();
      await route.fulfill({
        contentType: 'application/json',
        body: JSON.stringify(spoiled(JSON.parse(answer), hostile)),
      });
    });
    const [fault] = (await (await fetch(`${url}api/v1/faults`)).json()).faults;
    for (const place of [...VIEWS.slice(1), `#/faults/${fault.id}`, `#/sessions/${WRONG}`]) {
      await page.goto(url + place);
      await page.locator('#view').getByText(hostile).filter({ visible: true }).first().waitFor();
      expect(await page.locator('#view :is(script, img)').count(), place).toBe(0);
    }
    expect(complaints).toEqual([]);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['dark', 768],
    ['light', 420],
  ] as const)('is accessible (axe) in %s at %i pixels, on every view', async (scheme, width) => {
    await open('', scheme, width);
    const { faults } = (await (await fetch(`${url}api/v1/faults`)).json()) as { faults: { id: string }[] };
    for (const place of [...VIEWS, `#/faults/${faults[0]?.id}`, `#/sessions/${WRONG}`, '#/faults/unknown']) {
      await page.goto(url + place);
      await page.waitForFunction(() => !document.body.innerText.includes('Asking the exporter'));
      expect(await violations(page), place).toEqual([]);
      const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(overflows, place).toBe(false);
    }
    expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });
});

/** Puts `text` in the place of every text that is shown as it comes. */
function spoiled(value: unknown, text: string): unknown {
  if (Array.isArray(value)) return value.map((each) => spoiled(each, text));
  if (typeof value !== 'object' || value === null) return value;
  const kept = new Set(['id', 'check', 'state', 'next']);
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => [
      key,
      typeof of === 'string' && !kept.has(key) ? text : spoiled(of, text),
    ]),
  );
}
