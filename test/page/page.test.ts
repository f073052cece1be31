import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startExporter, type Exporter } from '../../src/exporter/index.ts';
import { post, startMcpServer, type McpServer } from '../exporter/support/mcp-server.ts';
import { describeWith } from '../support/system-programs.ts';
import { isFocused, launch, openPage, violations } from './support/browser.ts';

describeWith(['chromium'], 'the status page in Chromium', (executablePath) => {
  let browser: Browser;
  let exporter: Exporter;
  let server: McpServer;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launch(executablePath);
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    exporter = await startExporter({ port: 0 });
    server = await startMcpServer(400);
    complaints = [];
    page = await open('light');
  });
  afterEach(async () => {
    await page.context().close();
    await exporter.close();
    await server.close();
  });

  function open(colorScheme: 'light' | 'dark', width = 1200): Promise<Page> {
    return openPage(browser, { url: exporter.url, colorScheme, width, complaints });
  }

  /** A client begins a session, uses it, and is refused with 400 when the server has forgotten it. */
  async function loseSession(client = 'cursor'): Promise<string> {
    const { session } = await post(server.url, 'initialize', { client });
    await post(server.url, 'tools/list', { session, client });
    server.forget();
    await post(server.url, 'tools/call', { session, client });
    return session;
  }

  const cards = (): Locator => page.getByRole('article');

  it('says what to do while nothing was seen', async () => {
    await page.getByRole('heading', { level: 1, name: 'No MCP traffic seen yet' }).waitFor();
    expect(await page.getByText('Send a request to the MCP endpoint').count()).toBe(1);
    expect(await cards().count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows a fault appear live, with its evidence in order', async () => {
    const session = await loseSession();
    await page.getByRole('heading', { level: 1, name: '1 fault affects 1 session of 1 client' }).waitFor();
    const card = page.getByRole('article', { name: 'Dead session answered with the wrong status' });
    expect(await card.getByText('Server at fault').isVisible()).toBe(true);
    expect(await card.getByText('The server answered 400 where').isVisible()).toBe(true);
    expect(await card.getByRole('heading', { name: 'What to do' }).isVisible()).toBe(true);
    const steps = card.locator('.steps > li');
    const told = await steps.allInnerTexts();
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/POST initialize[^]*no session id[^]*200[^]*accepted[^]*gives session/);
    expect(told[1]).toMatch(
      /POST tools\/call[^]*400[^]*says that the session is gone[^]*Breaks the rule: A server must answer 404/,
    );
    const ref = exporter.observer.references.of(session);
    expect(await steps.locator('.ref').allInnerTexts()).toEqual([ref, ref]);
    expect(await page.content()).not.toContain(session);
    expect(await page.title()).toContain('1 fault affects');
    expect(complaints).toEqual([]);
  });

  it('says why a session was lost where that is known, and else nothing', async () => {
    await loseSession('cursor');
    const unknown = cards().filter({ hasText: 'cursor' });
    await unknown.waitFor();
    expect(await unknown.getByText('Session lost').isVisible()).toBe(false);
    // An id that is new to a server that has just been started was its predecessor's.
    await post(server.url, 'tools/call', { session: 'of-the-process-before', client: 'zed' });
    const known = cards().filter({ hasText: 'zed' });
    await known.waitFor();
    expect(await known.getByText('Session lost').isVisible()).toBe(true);
    expect(await known.getByText('lost in a restart').isVisible()).toBe(true);
    await page.getByText('Dead: lost in a restart, with a fault').waitFor();
    expect(await page.getByText('Dead, with a fault', { exact: true }).count()).toBe(1);
  });

  it('keeps what was opened and the focus while new facts come in', async () => {
    await loseSession('cursor');
    await cards().first().waitFor();
    const summary = cards().first().locator('summary');
    const details = cards().first().locator('details');
    for (let i = 0; i < 30 && !(await isFocused(summary)); i++) await page.keyboard.press('Tab');
    expect(await isFocused(summary)).toBe(true);
    const wasOpen = await isOpen(details);
    await page.keyboard.press('Enter');
    expect(await isOpen(details)).toBe(!wasOpen);

    await loseSession('zed');
    await loseSession('cursor');
    await page.getByRole('heading', { level: 1, name: '2 faults affect 3 sessions' }).waitFor();
    const cursor = cards().filter({ hasText: 'cursor' });
    await cursor.getByText('there is 1 more like it').waitFor({ state: 'attached' });
    expect(await isOpen(cursor.locator('details'))).toBe(!wasOpen);
    expect(await isFocused(cursor.locator('summary'))).toBe(true);
    await page.keyboard.press('Enter');
    expect(await isOpen(cursor.locator('details'))).toBe(wasOpen);
    expect(complaints).toEqual([]);
  });

  it('begins with a link past the header', async () => {
    await page.keyboard.press('Tab');
    expect(await isFocused(page.getByRole('link', { name: 'Skip to the content' }))).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  });

  it('shows a name with markup as text, if it shows it at all', async () => {
    await page.route('**/events', async (route) => {
      const state = (await (await fetch(`${exporter.url}api/v1/status`)).json()) as {
        faults: Record<string, unknown>[];
      };
      state.faults = state.faults.map((fault) => ({
        ...fault,
        family: '<script>bad()</script>',
        because: '<img src=x onerror=bad()>',
      }));
      await route.fulfill({
        contentType: 'text/event-stream',
        body: `id: 1\ndata: ${JSON.stringify(state)}\n\n`,
      });
    });
    await loseSession('<script>alert(1)</script>');
    await page.reload();
    await page.getByText('<script>bad()</script>').waitFor();
    await page.getByText('<img src=x onerror=bad()>').waitFor();
    expect(await page.locator('article script, article img').count()).toBe(0);
    expect(complaints.filter((complaint) => complaint.startsWith('thrown'))).toEqual([]);
  });

  it('never shows a client by a name of its own making', async () => {
    await loseSession('<script>alert(1)</script>');
    await cards().first().waitFor();
    expect(await cards().first().getByText('unknown product').isVisible()).toBe(true);
    expect(await page.content()).not.toContain('alert(1)');
    expect(complaints).toEqual([]);
  });

  it('says when the connection is lost, and comes back by itself', async () => {
    const { port } = new URL(exporter.url);
    await exporter.close();
    await page.getByText('Connection lost, trying again.').waitFor();
    exporter = await startExporter({ port: Number(port) });
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('draws the last quarter of an hour, and tells it in words', async () => {
    await post(server.url, 'initialize');
    const chart = page.getByRole('img', { name: 'Active sessions, the last 15 minutes: 1 now, 1 at most' });
    await chart.waitFor({ timeout: 10_000 });
    expect(await chart.locator('canvas').count()).toBe(1);
    expect(await page.getByRole('img', { name: /last 15 minutes/ }).count()).toBe(4);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
  ] as const)('is accessible (axe) in %s at %i pixels, with faults and without', async (scheme, width) => {
    await page.context().close();
    page = await open(scheme, width);
    expect(await violations(page)).toEqual([]);
    await loseSession('cursor');
    await loseSession('codex');
    await page.getByRole('heading', { level: 1, name: '2 faults' }).waitFor();
    await page.evaluate(() =>
      document.querySelectorAll('details').forEach((details) => (details.open = true)),
    );
    expect(await violations(page)).toEqual([]);
    const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(overflows).toBe(false);
    expect(complaints).toEqual([]);
  });
});

function isOpen(locator: Locator): Promise<boolean> {
  return locator.evaluate((node) => (node as HTMLDetailsElement).open);
}
