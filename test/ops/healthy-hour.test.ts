import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { testOf } from '../../src/ops/promtool.ts';
import { SCRAPE_SECONDS, type Scraped } from '../../src/ops/replay.ts';
import { metricList, metrics } from '../../src/signals/index.ts';
import { describeWith } from '../support/system-programs.ts';
import { scrapeHour, startingAt, type Recorded } from './support/recorded-hour.ts';

const ROOT = join(import.meta.dirname, '../..');
const CORPUS = join(ROOT, 'test/corpus');
const RULES = readdirSync(join(ROOT, 'alerts'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join(ROOT, 'alerts', name));

const HOUR = 3600;
const MINUTES = Array.from({ length: HOUR / 60 + 1 }, (_, minute) => minute);

/** The metrics that any rule reads: what the others tell changes nothing. */
const asked = metricList.filter(({ name }) =>
  RULES.some((file) => readFileSync(file, 'utf8').includes(name)),
);

/** Every recording of a folder of the corpus, named by the target that its server is told as. */
function recordings(kind: 'healthy' | 'faulty'): Recorded[] {
  return readdirSync(join(CORPUS, kind)).flatMap((target) =>
    readdirSync(join(CORPUS, kind, target), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => ({ target, file: join(CORPUS, kind, target, name) })),
  );
}

describeWith(['promtool'], 'an hour of healthy traffic', (promtool) => {
  let folder = '';
  let healthy: readonly Scraped[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
    healthy = await scrapeHour(await startingAt(recordings('healthy'), HOUR), asked, HOUR);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs all rules over the hour; what fires in any of its minutes is told by promtool. */
  function run(
    name: string,
    series: readonly Scraped[],
  ): { readonly status: number | null; readonly said: string } {
    const up = { name: 'up', labels: {}, values: MINUTES.map(() => 1) };
    const expr = 'count by (alertname, fault, target) (ALERTS{alertstate="firing"})';
    const test = {
      ...testOf(name, [...series, up], []),
      promql_expr_test: MINUTES.map((minute) => ({ expr, eval_time: `${minute}m`, exp_samples: [] })),
    };
    const file = join(folder, `${name}.yaml`);
    const evaluated = { rule_files: RULES, evaluation_interval: `${SCRAPE_SECONDS}s`, tests: [test] };
    writeFileSync(file, stringify(evaluated, { aliasDuplicateObjects: false }));
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
    return { status, said: stdout + stderr };
  }

  it('is of many clients, some of which lose their sessions and find new ones', () => {
    const total = (name: string): number =>
      healthy.filter((each) => each.name === name).reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0);
    expect(new Set(healthy.map(({ labels }) => labels['target']).filter(Boolean)).size).toBe(
      readdirSync(join(CORPUS, 'healthy')).length,
    );
    for (const metric of [metrics.sessionsLost, metrics.recoveries])
      if (asked.includes(metric)) expect(total(metric.name), metric.name).toBeGreaterThan(0);
  });

  it('raises no alert in any minute', () => {
    const { status, said } = run('healthy', healthy);
    expect(status, said).toBe(0);
  }, 120_000);

  it('would not be quiet if one client of it were faulty', async () => {
    const faulty = recordings('faulty').filter(({ target }) => target === 'dead-session-wrong-status');
    const broken = await scrapeHour(await startingAt(faulty, HOUR), asked, HOUR);
    const { status, said } = run('faulty', [...healthy, ...broken]);
    expect(status).not.toBe(0);
    expect(said).toContain('McpDeadSessionWrongStatus');
  }, 120_000);
});
