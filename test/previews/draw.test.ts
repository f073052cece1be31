import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled, startDrawing, type Drawing } from '../../scripts/previews/draw.ts';
import { describeWith } from '../support/system-programs.ts';
import { fixture } from './fixture.ts';

if (isInstalled()) describeWith(['chromium'], 'a preview', suite);
else describe.skip('a preview (not installed: tools/dashboard-previews)', () => suite('chromium'));

function suite(executablePath: string): void {
  let drawing: Drawing;
  let page: Page;

  beforeAll(async () => {
    drawing = await startDrawing(executablePath, 1280);
    page = await drawing.draw(fixture);
  });
  afterAll(() => drawing?.close());

  const panel = (title: string): Locator => page.locator('section').filter({ hasText: title });
  const wordsOf = async (title: string): Promise<string> =>
    (await panel(title).innerText()).replaceAll(/\s+/g, ' ').trim();

  /** Where the graph has pixels of a colour, from left to right. */
  const columnsOf = (colour: readonly [number, number, number]): Promise<number[]> =>
    panel('Lines')
      .locator('canvas')
      .evaluate((element, [red, green, blue]) => {
        const canvas = element as HTMLCanvasElement;
        const drawn = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
        const data = drawn?.data ?? new Uint8ClampedArray();
        const found = new Set<number>();
        for (let i = 0; i < data.length; i += 4)
          if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255)
            found.add((i / 4) % canvas.width);
        return [...found].toSorted((a, b) => a - b);
      }, colour);

  it('says that it is one, and fills the variables of titles', async () => {
    expect(await page.locator('main').innerText()).toContain('Component preview');
    expect(await wordsOf('Life of a session')).toContain('Life of a session');
  });

  it('gives values their units, decimals, words and names', async () => {
    expect(await wordsOf('Life of a session')).toBe('Life of a session a now 2.50 s b now no pattern yet');
  });

  it('says what stands there when there is nothing to show', async () => {
    expect(await wordsOf('Nothing lost')).toBe('Nothing lost no session was lost');
    expect(await wordsOf('Silence')).toBe('Silence no proxy');
  });

  it('says which panels it cannot draw', async () => {
    expect(await wordsOf('Core')).toContain('Not previewed: “heatmap”');
  });

  it('names lines below, and draws them in the colours of their overrides', async () => {
    expect(await wordsOf('Lines')).toBe('Lines p95 p50');
    const [blue, red] = [await columnsOf([0, 0, 255]), await columnsOf([255, 0, 0])];
    expect(Math.min(blue.length, red.length)).toBeGreaterThan(100);
  });

  it('leaves a gap in a line where a point is missing', async () => {
    const widest = (columns: readonly number[]): number =>
      Math.max(...columns.map((x, i) => x - (columns[i - 1] ?? x)));
    expect(widest(await columnsOf([255, 0, 0]))).toBeGreaterThan(100);
    expect(widest(await columnsOf([0, 0, 255]))).toBe(1);
  });

  it('merges, renames, orders, formats and sorts the columns of a table', async () => {
    const cells = (role: 'columnheader' | 'gridcell') => panel('Rows').getByRole(role).allInnerTexts();
    expect((await cells('columnheader')).map((text) => text.trim())).toEqual(['Client', 'Lost', 'Recovered']);
    expect((await cells('gridcell')).map((text) => text.trim())).toEqual([
      'codex',
      '7',
      '100%',
      'cursor',
      '3',
      '25%',
    ]);
  });

  it('colours cells by the thresholds of an override', async () => {
    const cells = panel('Rows').getByRole('gridcell');
    const colour = (text: string): Promise<string> =>
      cells.filter({ hasText: text }).evaluate((cell) => getComputedStyle(cell).backgroundColor);
    expect([await colour('25%'), await colour('100%')]).toEqual(['rgb(17, 34, 51)', 'rgb(68, 85, 102)']);
  });
}
