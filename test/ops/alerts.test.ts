import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertNameOf, catalogue, runbookUrlOf } from '../../src/faults/index.ts';
import { OWN_ALERTS, type AlertRule } from '../../src/ops/alerts.ts';
import type { AlertTestFile } from '../../src/ops/alert-tests.ts';
import { describeWith } from '../support/system-programs.ts';

const ALERTS = join(import.meta.dirname, '../../alerts');
const TESTS = join(ALERTS, 'tests');
const RULES = join(ALERTS, 'mcp-session-faults.yaml');

const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: { rules: AlertRule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const ids = [...catalogue.map((fault) => fault.id), ...Object.values(OWN_ALERTS)];

describe('the alerts', () => {
  it('are one for every fault, and two for the exporter itself', () => {
    expect(rules.map((rule) => rule.alert)).toEqual(ids.map(alertNameOf));
  });

  it.each(rules)('$alert says what to do and where to read on', ({ alert, labels, annotations }) => {
    const id = ids.find((candidate) => alertNameOf(candidate) === alert) ?? '';
    expect(labels['severity']).toMatch(/^(critical|warning|info)$/);
    expect(annotations.summary).toMatch(/^[A-Z][^{}]+\.$/);
    expect(annotations.description).toContain('{{ $labels.job }}');
    expect(annotations.runbook_url).toBe(runbookUrlOf(id));
  });

  it.each(catalogue)('the one of $id carries the side to call and the severity', (fault) => {
    const rule = rules.find(({ alert }) => alert === alertNameOf(fault.id));
    expect(rule?.labels).toEqual({ fault: fault.id, side: fault.side, severity: fault.alert.severity });
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
    expect(new Set(moments.map((moment) => moment.alertname))).toEqual(new Set([alertNameOf(id)]));
    const [firing, silent] = [/^fires: /, /^silent: /].map((kind) =>
      moments.filter(({ name }) => kind.test(name)),
    );
    expect(firing?.some(({ exp_alerts: alerts }) => alerts.length === 1)).toBe(true);
    expect(silent).not.toEqual([]);
    expect(silent?.filter(({ exp_alerts: alerts }) => alerts.length > 0)).toEqual([]);
  });
});

describeWith(['promtool'], 'promtool', (promtool) => {
  it('accepts the rules', () => {
    const run = spawnSync(promtool, ['check', 'rules', '--lint-fatal', RULES], { encoding: 'utf8' });
    expect(run, run.stderr).toMatchObject({ status: 0 });
    expect(run.stdout).toContain(`${rules.length} rules found`);
  });

  it('sees every alert fire, end and stay silent as its tests say', () => {
    const files = readdirSync(TESTS).map((name) => join(TESTS, name));
    const run = spawnSync(promtool, ['test', 'rules', ...files], { encoding: 'utf8' });
    expect(run, run.stdout + run.stderr).toMatchObject({ status: 0 });
    expect(run.stdout.match(/SUCCESS/g)).toHaveLength(files.length);
  }, 600_000);
});
