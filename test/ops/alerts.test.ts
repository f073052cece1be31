import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertNameOf, catalogue, isJudged, runbookUrlOf } from '../../src/faults/index.ts';
import { ALERT_FILES, OWN_ALERTS, type AlertRule } from '../../src/ops/alerts.ts';
import type { AlertTestFile } from '../../src/ops/promtool.ts';
import { describeWith } from '../support/system-programs.ts';

const ALERTS = join(import.meta.dirname, '../../alerts');
const TESTS = join(ALERTS, 'tests');
const FILES = Object.keys(ALERT_FILES).map((name) => join(ALERTS, name));

const rules = FILES.flatMap((file) => {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap((group) => group.rules);
});
const ids = [...catalogue.map((fault) => fault.id), ...Object.values(OWN_ALERTS)];

describe('the alerts', () => {
  it('are one for every fault, one more where clients alone see less, and two for the exporter itself', () => {
    const inClients = catalogue.filter(({ alert }) => 'inClients' in alert).map(({ id }) => id);
    expect(rules.map((rule) => rule.alert).toSorted()).toEqual(
      [...ids, ...inClients].map(alertNameOf).toSorted(),
    );
  });

  it.each(rules)('$alert says what to do and where to read on', ({ alert, labels, annotations }) => {
    const id = ids.find((candidate) => alertNameOf(candidate) === alert) ?? '';
    expect(labels['severity']).toMatch(/^(critical|warning|info)$/);
    expect(annotations.summary).toMatch(/^[A-Z][^{}]+\.$/);
    expect(annotations.description).toContain('{{ $labels.job }}');
    expect(annotations.runbook_url).toBe(runbookUrlOf(id));
  });

  it.each(catalogue)('the one of $id carries the side to call and the severity', (fault) => {
    const severities = [fault.alert, 'inClients' in fault.alert ? fault.alert.inClients : undefined]
      .filter((alert) => alert !== undefined)
      .map(({ severity }) => severity);
    const own = rules.filter(({ alert }) => alert === alertNameOf(fault.id));
    expect(own.map(({ labels }) => labels)).toEqual(
      severities.map((severity) => ({ fault: fault.id, side: fault.side, severity })),
    );
  });
});

describe('the tests of the alerts', () => {
  it('are one file for every alert', () => {
    expect(readdirSync(TESTS).toSorted()).toEqual(ids.map((id) => `${id}.yaml`).toSorted());
  });

  it.each(ids)('%s is seen to fire and to stay silent', (id) => {
    const { tests } = parse(readFileSync(join(TESTS, `${id}.yaml`), 'utf8')) as AlertTestFile;
    const moments = tests.flatMap((test) =>
      test.alert_rule_test.map((moment) => ({ name: test.name, ...moment })),
    );
    const own = moments.filter(({ alertname }) => alertname === alertNameOf(id));
    const [firing, silent] = [/^fires: /, /^silent: /].map((kind) =>
      own.filter(({ name }) => kind.test(name)),
    );
    expect(firing?.some(({ exp_alerts: alerts }) => alerts.length === 1)).toBe(true);
    expect(silent).not.toEqual([]);
    expect(silent?.filter(({ exp_alerts: alerts }) => alerts.length > 0)).toEqual([]);
    const others = moments.filter((moment) => !own.includes(moment));
    expect(others.filter(({ exp_alerts: alerts }) => alerts.length > 0)).toEqual([]);
  });
});

it('the alert of each fault is asked about while every other one is told', () => {
  const judged = catalogue.filter(isJudged);
  for (const asked of judged) {
    const told = judged.filter((fault) => {
      const { tests } = parse(readFileSync(join(TESTS, `${fault.id}.yaml`), 'utf8')) as AlertTestFile;
      return tests.some((test) =>
        test.alert_rule_test.some(({ alertname }) => alertname === alertNameOf(asked.id)),
      );
    });
    // A story that rightly raises two faults is no proof about the other one.
    expect(told.length, asked.id).toBeGreaterThan(judged.length - 8);
  }
});

describe.each(['promtool', 'promtool-3'])('the rules', (version) => {
  describeWith([version], version, (promtool) => {
    it('accepts them', () => {
      const run = spawnSync(promtool, ['check', 'rules', '--lint-fatal', ...FILES], { encoding: 'utf8' });
      expect(run, run.stderr).toMatchObject({ status: 0 });
      const found = [...run.stdout.matchAll(/(\d+) rules found/g)].map(([, count]) => Number(count));
      expect(found.reduce((sum, count) => sum + count, 0)).toBe(rules.length);
    });
  });
});

describeWith(['promtool'], 'promtool', (promtool) => {
  it('sees every alert fire, end and stay silent as its tests say', () => {
    const files = readdirSync(TESTS).map((name) => join(TESTS, name));
    const run = spawnSync(promtool, ['test', 'rules', ...files], { encoding: 'utf8' });
    expect(run, run.stdout + run.stderr).toMatchObject({ status: 0 });
    expect(run.stdout.match(/SUCCESS/g)).toHaveLength(files.length);
  }, 600_000);
});
