import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStatusServer } from '../../src/exporter/index.ts';
import { crowd } from '../exporter/support/crowd.ts';
import { describeWith } from '../support/system-programs.ts';
import { launch, openPage } from './support/browser.ts';

describeWith(['chromium'], 'the page with 100,000 sessions and 10,000 faults', (executablePath) => {
  const complaints: string[] = [];
  let browser: Browser;
  let app: FastifyInstance;
  let page: Page;

  beforeAll(async () => {
    app = createStatusServer(crowd({ sessions: 100_000, faults: 10_000 }));
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/`;
    browser = await launch(executablePath);
    page = await openPage(browser, { url, place: '#/faults', complaints });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const refs = (): Promise<string[]> => page.locator('.entry-about > :first-child').allInnerTexts();

  it('divides the faults into pages, each with an address, and the way back is the way back', async () => {
    await page.getByText('10,000 faults, 50 faults on this page').waitFor();
    const first = await refs();
    expect(first).toHaveLength(50);
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByRole('link', { name: 'Back to the first page' }).waitFor();
    const second = await refs();
    expect(second).toHaveLength(50);
    expect(second.filter((ref) => first.includes(ref))).toEqual([]);
    await page.reload();
    await page.getByText('10,000 faults, 50 faults on this page').waitFor();
    expect(await refs()).toEqual(second);
    await page.goBack();
    await page.getByRole('link', { name: 'Back to the first page' }).waitFor({ state: 'hidden' });
    expect(await refs()).toEqual(first);
  });

  it('finds one session among them all', async () => {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Sessions' }).click();
    await page.getByText('100,000 sessions, 50 sessions on this page').waitFor();
    await page.getByLabel('Search').fill('000000000abc');
    await page.getByText('1 session', { exact: true }).waitFor();
    await page.getByRole('link', { name: '000000000abc' }).click();
    await page.getByRole('heading', { level: 1, name: 'Session 000000000abc' }).waitFor();
  });

  it('holds no more than is seen', async () => {
    for (const view of ['Overview', 'Faults', 'Sessions', 'Clients']) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
      await page.waitForFunction(() => !document.body.innerText.includes('Asking the exporter'));
      expect(await page.evaluate(() => document.querySelectorAll('*').length), view).toBeLessThan(3000);
    }
    expect(complaints).toEqual([]);
  });
});
