import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogue, isJudged } from '../../src/faults/index.ts';
import { exposeAllScripts } from '../../src/ops/replay.ts';
import { metrics, type Metric } from '../../src/signals/index.ts';
import { allScripts } from '../faults/scripts/index.ts';
import { describeWith } from '../support/system-programs.ts';

const GOLDEN = readFileSync(join(import.meta.dirname, '../golden/metrics.prom'), 'utf8');

interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const lines: Line[] = GOLDEN.split('\n').flatMap((text) => {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(text) ?? [];
  if (name === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, given]) => [label, given]);
  return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
});

/** The sum of all series of a metric with these labels, read from the golden text. */
function total({ name }: Metric, labels: Readonly<Record<string, string>> = {}, part = ''): number {
  const wanted = Object.entries(labels);
  const hits = lines.filter(
    (line) => line.name === name + part && wanted.every(([label, text]) => line.labels[label] === text),
  );
  if (hits.length === 0) throw new RangeError(`${name}${part} has no series with ${JSON.stringify(labels)}`);
  return hits.reduce((sum, hit) => sum + hit.value, 0);
}

describe('the exposition after all scripts', () => {
  let told = '';
  beforeAll(async () => {
    told = await exposeAllScripts();
  });

  it('is the golden text', () => {
    expect(told).toBe(GOLDEN);
  });

  it('is the same when told again', async () => {
    expect(await exposeAllScripts()).toBe(told);
  });
});

/** What must be true of the golden text whatever the scripts tell: it is not right because it was written so. */
describe('the golden text', () => {
  it.each(catalogue.filter(isJudged))('counts $id for every script that must raise it', ({ id }) => {
    const raise = allScripts.flatMap(({ fault, faulty, quiet }) => [
      ...faulty.map(({ also = [] }) => [fault, ...also]),
      ...quiet.map(({ also = [] }) => also),
    ]);
    // At least once: some stories are about several sessions or client families.
    const expected = raise.filter((faults) => faults.includes(id)).length;
    expect(total(metrics.faults, { fault: id })).toBeGreaterThanOrEqual(expected);
  });

  it('counts every exchange once as a request and once as an answer', () => {
    const exchanges = total(metrics.observerExchanges);
    expect(exchanges).toBeGreaterThan(0);
    expect(total(metrics.requests)).toBe(exchanges);
    expect(total(metrics.httpResponses)).toBe(exchanges);
  });

  it('counts every fault with the client that met it', () => {
    expect(total(metrics.clientFaults)).toBe(total(metrics.faults));
    expect(total(metrics.faultsActive)).toBeLessThanOrEqual(total(metrics.faults));
  });

  it('has as many streams open as were opened and did not close', () => {
    for (const kind of ['get', 'post']) {
      const closed = total(metrics.streamDuration, { kind }, '_count');
      expect(total(metrics.streamsOpen, { kind })).toBe(total(metrics.streamsOpened, { kind }) - closed);
      expect(total(metrics.streamsOpen, { kind })).toBeGreaterThanOrEqual(0);
    }
  });

  it('tells of no lost session twice what became of it, and how long only where it was replaced', () => {
    expect(total(metrics.recoveries)).toBeLessThanOrEqual(total(metrics.sessionsLost));
    expect(total(metrics.recoveries)).toBeGreaterThan(0);
    expect(total(metrics.recoverySeconds, {}, '_count')).toBe(
      total(metrics.recoveries, { outcome: 'reinitialized' }),
    );
  });

  it('ends no session that never was, and has none below zero', () => {
    expect(total(metrics.serverSessionDuration, {}, '_count')).toBeLessThanOrEqual(
      total(metrics.sessionsEnded),
    );
    expect(total(metrics.sessionsEnded)).toBeLessThanOrEqual(total(metrics.sessionsCreated));
    expect(lines.filter(({ value }) => value < 0)).toEqual([]);
  });

  it('shows an observer at ease', () => {
    expect(total(metrics.observerErrors)).toBe(0);
    expect(total(metrics.observerEvictions)).toBe(0);
    expect(total(metrics.exporterInfo)).toBe(1);
  });
});

describeWith(['promtool'], 'promtool', (promtool) => {
  it('finds nothing to say about the golden text', () => {
    const run = spawnSync(promtool, ['check', 'metrics'], { input: GOLDEN, encoding: 'utf8' });
    expect({ status: run.status, said: run.stdout + run.stderr }).toEqual({ status: 0, said: '' });
  });
});
