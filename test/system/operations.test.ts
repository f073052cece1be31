import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { scenarios } from '../../demo/scenarios.ts';
import { alertNameOf } from '../../src/faults/index.ts';
import { describeWith } from '../support/system-programs.ts';
import { eventually } from './support/asking.ts';
import { JOBS, startComposeRun, type Alert, type ComposeRun } from './support/compose-run.ts';
import { MAY_BE_EMPTY, NOT_WITHIN_MINUTES } from './support/known-silences.ts';
import { filledIn, panelQueries, type PanelQuery } from './support/panels.ts';
import { createProcesses } from './support/processes.ts';
import { recordedFaults } from './support/recorded-faults.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The demo takes a minute, some alerts wait for two more, and a machine that tests has other things to do. */
const PATIENCE_MS = 200_000;

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[];
}

interface Settings {
  readonly proxy: { readonly upstreams: readonly { readonly name: string }[] };
}

function documentIn<T>(path: string): T {
  return parse(readFileSync(join(ROOT, path), 'utf8')) as T;
}

/** Every alert that is shipped. */
const shipped = new Set(
  readdirSync(join(ROOT, 'alerts'))
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => documentIn<Rules>(`alerts/${name}`).groups)
    .flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? [])),
);

const { upstreams } = documentIn<Settings>('compose/exporter.yaml').proxy;
const played = scenarios.filter(({ name }) => upstreams.some((upstream) => upstream.name === name));
/** What the scenarios behind the proxy must raise, but for what takes ten minutes. */
const ofDemo = played
  .filter(({ seconds = 0 }) => seconds <= 60)
  .flatMap(({ name, expected }) => expected.map((id) => place(alertNameOf(id), name, JOBS.proxy)));
const ofRecordings = recordedFaults.map((id) => place(alertNameOf(id), id, JOBS.recorded));
/** What twelve clients raise that find no new session, and hundreds of handshakes. */
const ofCrowds = [
  place('McpRecoveryBurn', 'client-no-reinit', JOBS.recorded),
  place('McpFleetReinitStorm', 'storming-on-sdk-1.32', JOBS.proxy),
];
/** What is done to the stack itself. */
const ofTrouble = [
  place('McpSettingsRefused', '', JOBS.proxy),
  place('McpUpstreamsDown', 'sdk-2-modern-on-sdk-2', JOBS.proxy),
];

const due = [...ofDemo, ...ofRecordings, ...ofCrowds, ...ofTrouble];

function place(alert: string, target: string, job: string): string {
  return `${alert} ${target} ${job}`;
}

function placeOf({ labels }: Alert): string {
  return place(labels['alertname'] ?? '', labels['target'] ?? '', labels['job'] ?? '');
}

const PROGRAMS = ['prometheus', 'prometheus-alertmanager', 'otelcol'];

describeWith(PROGRAMS, 'what compose runs', (...[prometheus = '', alertmanager = '', otelcol = '']) => {
  let folder = '';
  const processes = createProcesses();
  let run: ComposeRun;
  /** Every alert that ever arrived, by its labels. */
  const arrived = new Map<string, Alert>();
  /** After how many seconds the first alert of the demo arrived. */
  let firstAfter = Infinity;

  async function missing(places: readonly string[]): Promise<string[]> {
    for (const alert of await run.alerts()) arrived.set(JSON.stringify(alert.labels), alert);
    const found = new Set([...arrived.values()].map(placeOf));
    if (ofDemo.some((each) => found.has(each)))
      firstAfter = Math.min(firstAfter, Date.now() / 1000 - run.startedAt);
    return places.filter((each) => !found.has(each));
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
    run = await startComposeRun(processes, folder, { prometheus, alertmanager, otelcol });
  }, 60_000);

  afterAll(async () => {
    await processes.endAll();
    run?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads the files that compose mounts, but for addresses and the paths of mounts', () => {
    const { replaced, files } = run.stack;
    for (const [from, to] of replaced)
      expect(to).toMatch(from.startsWith('/') ? /^\// : /^127\.0\.0\.1:\d+$/);
    expect(files.length).toBeGreaterThan(2);
    for (const { original, copy } of files) {
      const there = [...replaced].filter(([from]) => original.includes(from));
      expect(there.reduce((text, [from, to]) => text.replaceAll(to, from), copy)).toBe(original);
    }
  });

  it('is asked for every alert, or it is said why minutes cannot raise it', () => {
    const names = due.map((each) => each.split(' ')[0] ?? '');
    const told = new Set([...names, ...Object.keys(NOT_WITHIN_MINUTES)]);
    expect([...told].toSorted()).toEqual([...shipped].toSorted());
    expect(names.filter((name) => name in NOT_WITHIN_MINUTES)).toEqual([]);
  });

  it(
    'raises them all',
    async () => {
      const scraped = async (): Promise<number> => run.recorded.scrapes();
      await eventually('two scrapes', 30_000, scraped, (count) => count > 1);
      run.recorded.tellAll();
      await run.spoilSettings();
      await run.storm('storming-on-sdk-1.32', 650);
      await missing(due);
      await run.running.healthy.said(/a round is over/);
      await run.endHealthy('sdk-2-modern-on-sdk-2', 8);
      await eventually(
        'all alerts; of these none has arrived',
        PATIENCE_MS,
        () => missing(due),
        ({ length }) => length === 0,
      );
    },
    PATIENCE_MS + 120_000,
  );

  it('plays every story to its end, and finds nothing at the healthy servers until they are ended', () => {
    const said = Object.values(run.running).flatMap(({ lines }) => lines);
    expect(said.filter((line) => line.includes('broke off'))).toEqual([]);
    const healthy = new Set(played.filter(({ expected }) => expected.length === 0).map(({ name }) => name));
    const wrongly = [...arrived.values()].filter(({ labels }) => healthy.has(labels['target'] ?? ''));
    expect(wrongly.map(placeOf).filter((each) => !ofTrouble.includes(each))).toEqual([]);
  });

  it('shows within two minutes that something is wrong', () => {
    expect(firstAfter).toBeLessThan(120);
  });

  it('evaluates every rule without an error', async () => {
    type Rule = { name: string; health: string; lastError?: string };
    const { groups } = await run.ask<{ groups: { rules: Rule[] }[] }>('rules');
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('answers every query of every panel, but those that may be empty', async () => {
    const asked = panelQueries();
    expect(asked).not.toEqual([]);
    const empty = await Promise.all(asked.map(isEmpty));
    const names = asked.filter((_, i) => empty[i]).map(({ dashboard, title }) => `${dashboard}/${title}`);
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(MAY_BE_EMPTY).toSorted());
  }, 60_000);

  async function isEmpty(query: PanelQuery): Promise<boolean> {
    type Matrix = { result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
    // Grafana takes four times the interval of scrapes for a rate.
    const filling = { job: '.*', rateInterval: '20s', range: '5m' };
    const span = { start: String(run.startedAt), end: String(Date.now() / 1000), step: '5' };
    const { result } = await run.ask<Matrix>('query_range', { query: filledIn(query, filling), ...span });
    return !result.some(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))));
  }

  it('leads from a point in a graph to a trace that Tempo was sent', async () => {
    type Held = { exemplars: { labels: Record<string, string> }[] };
    const span = { start: String(run.startedAt), end: String(Date.now() / 1000) };
    const query = '{__name__=~"mcp_.+", job="mcp"}';
    const held = await run.ask<Held[]>('query_exemplars', { query, ...span });
    const traces = held.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id'] ?? ''));
    expect(traces).not.toEqual([]);
    expect(traces.filter((trace) => !/^[0-9a-f]{32}$/.test(trace))).toEqual([]);
    const isUnknown = (trace: string): boolean =>
      !run.tracesAtTempo().some((sent) => sent.includes(Buffer.from(trace, 'hex')));
    // A span goes out up to five seconds after the exemplar that names it was scraped.
    await vi.waitFor(() => expect(traces.filter(isUnknown)).toEqual([]), { timeout: 30_000, interval: 500 });
  }, 60_000);

  it('tells complete annotations with each', () => {
    expect(arrived.size).toBeGreaterThanOrEqual(new Set(due).size);
    const dashboards = new Set(panelQueries().map(({ dashboard }) => `/d/${dashboard}`));
    for (const alert of arrived.values()) {
      const about = placeOf(alert);
      const { summary, description, runbook_url: runbook = '', dashboard_url: link = '' } = alert.annotations;
      for (const text of [summary, description, runbook, link]) {
        expect(text, about).toBeTruthy();
        expect(text, about).not.toMatch(/\{\{|\}\}|<no value>|<error|%!|undefined|NaN/);
      }
      for (const name of ['job', 'target'].filter((label) => label in alert.labels))
        expect(description, about).toContain(alert.labels[name]);
      const page = new URL(runbook).pathname.split('/').at(-1) ?? '';
      expect(existsSync(join(ROOT, 'docs/runbooks', page)), runbook).toBe(true);
      const { pathname, searchParams } = new URL(link, 'http://grafana');
      expect(dashboards, about).toContain(pathname);
      for (const name of ['job', 'target'].filter((label) => label in alert.labels))
        expect(searchParams.get(`var-${name}`), link).toBe(alert.labels[name]);
    }
  });
});
