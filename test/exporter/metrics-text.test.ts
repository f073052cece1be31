import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createMetricsText, prefersOpenMetrics } from '../../src/exporter/metrics-text.ts';
import { metrics } from '../../src/signals/index.ts';
import { describeWith } from '../support/system-programs.ts';
import { loseSession, watched } from './support/watched.ts';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

describe('the format', () => {
  // As sent by Prometheus 2.42, Prometheus 3, curl, a browser, and a scraper of the old format.
  const two =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  const three =
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
  it.each([
    [two, true],
    [three, true],
    ['*/*', false],
    ['text/html,application/xhtml+xml,*/*;q=0.8', false],
    ['text/plain;version=0.0.4;q=1,application/openmetrics-text;version=1.0.0;q=0.5', false],
    ['application/openmetrics-text;version=0.0.1', false],
    ['application/openmetrics-text; version=1.0.0; q=0', false],
    [undefined, false],
  ])('for %s', (accept, open) => expect(prefersOpenMetrics(accept)).toBe(open));
});

async function textFor(accept?: string): Promise<{ contentType: string; text: string }> {
  const world = watched();
  loseSession(world, 'a00000000001', 400);
  return createMetricsText(world.observer).of(accept);
}

describe('the text', () => {
  it('is the older format by default', async () => {
    const { contentType, text } = await textFor();
    expect(contentType).toBe(TEXT);
    expect(text).toContain(`# TYPE ${metrics.faults.name} counter\n`);
    expect(text).not.toContain('# EOF');
  });

  it('is OpenMetrics on request, again and again', async () => {
    const source = watched().observer;
    const all = createMetricsText(source);
    const first = await all.of('application/openmetrics-text');
    expect(first.contentType).toBe(OPEN_METRICS);
    expect(await all.of('application/openmetrics-text')).toEqual(first);
    checkOpenMetrics(first.text);
  });

  it('tells the same numbers in both', async () => {
    const samples = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .toSorted();
    const [text, open] = await Promise.all([textFor(), textFor('application/openmetrics-text')]);
    expect(samples(open.text)).toEqual(samples(text.text));
  });
});

/** The rules of OpenMetrics 1.0.0 that a parser holds a text to. */
function checkOpenMetrics(text: string): void {
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  const types = new Map<string, string>();
  let family = '';
  const seen = new Set<string>();
  for (const line of text.split('\n').slice(0, -2)) {
    expect(line).not.toBe('');
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword !== undefined) {
      if (name !== family) expect(seen, `${name} is interleaved`).not.toContain(name);
      family = name;
      seen.add(name);
      if (keyword === 'TYPE') types.set(name, rest);
      continue;
    }
    const [, sample = ''] = /^([a-z_]+)(?:\{(?:[a-z_]+="[^"\\\n]*",?)+\})? -?[\d.e+-]+$/i.exec(line) ?? [];
    expect(suffixesOf(types.get(family)), line).toContain(sample.slice(family.length));
    expect(sample.startsWith(family), line).toBe(true);
  }
  expect([...types].filter(([name, type]) => type === 'counter' && name.endsWith('_total'))).toEqual([]);
}

function suffixesOf(type: string | undefined): string[] {
  if (type === 'counter') return ['_total'];
  return type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
}

describeWith(['promtool'], 'promtool check metrics', (promtool) => {
  it('accepts the older format', async () => {
    const { text } = await textFor();
    const { status, stdout, stderr } = spawnSync(promtool ?? '', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    expect({ status, told: stdout + stderr }).toEqual({ status: 0, told: '' });
  });
});
