import axe from 'axe-core';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-sync',
  '--disable-extensions',
];

/** Starts the Chromium of the system. */
export function launch(executablePath: string | undefined): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
}

/** How a page is opened. */
export interface Opening {
  readonly url: string;
  /** Where on the page, as in `#/faults`. */
  readonly place?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  /** Takes what the browser complains of, and every request that leaves this machine. */
  readonly complaints: string[];
}

/** Opens the page in a window of its own, and waits until it is live. */
export async function openPage(browser: Browser, opening: Opening): Promise<Page> {
  const { url, place = '', colorScheme = 'light', width = 1200, complaints } = opening;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`foreign host: ${request.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective}`),
    );
  });
  await page.goto(url + place);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

/** Whether the keyboard is there. */
export function isFocused(locator: Locator): Promise<boolean> {
  return locator.evaluate((node) => node === document.activeElement);
}

/** Goes on with the Tab key until the keyboard is there; at most so far. */
export async function tabTo(page: Page, locator: Locator, most = 60): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    if (await isFocused(locator)) return;
  }
  throw new Error(`the keyboard does not get there: ${String(locator)}`);
}

/** What axe finds wrong. It is evaluated by the debugger: the page's own policy forbids a foreign script. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe };
    const { violations: found } = await checker.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}
