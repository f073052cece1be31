import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RuleGroup } from '../../src/ops/rules/groups.ts';
import type { AlertRule } from '../../src/ops/rules/render.ts';
import { describeWith } from '../support/system-programs.ts';
import { emptyFolder } from '../recording/support/folder.ts';
import { run } from './run.ts';

const ALERTS = join(import.meta.dirname, '../../alerts');

function fileOf(text: string): string {
  const file = join(emptyFolder(), 'values.yaml');
  writeFileSync(file, text);
  return file;
}

function groupsIn(text: string): readonly RuleGroup[] {
  return (parse(text) as { groups: RuleGroup[] }).groups;
}

async function alertsWith(values: string): Promise<AlertRule[]> {
  const { code, out, errors } = await run('rules', '--values', fileOf(values));
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return groupsIn(out).flatMap(({ rules }) => rules.filter((rule): rule is AlertRule => 'alert' in rule));
}

function named(rules: readonly AlertRule[], alert: string): AlertRule[] {
  return rules.filter((rule) => rule.alert === alert);
}

describe('mcp-session-exporter rules', () => {
  it('prints those that are shipped, as one file', async () => {
    const shipped = readdirSync(ALERTS)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => groupsIn(readFileSync(join(ALERTS, name), 'utf8')));
    const { code, out } = await run('rules');
    expect(code).toBe(0);
    const byName = (one: RuleGroup, other: RuleGroup): number => one.name.localeCompare(other.name);
    expect(groupsIn(out).toSorted(byName)).toEqual(shipped.toSorted(byName));
  });

  it('prints values that change nothing', async () => {
    const { out } = await run('rules', '--print-values');
    expect(out).toBe(readFileSync(join(ALERTS, 'values/values.example.yaml'), 'utf8'));
    expect(await run('rules', '--values', fileOf(out))).toEqual(await run('rules'));
  });

  it('puts thresholds, durations and severities where they belong', async () => {
    const rules = await alertsWith(`
alerts:
  client-no-reinit: { cases: 5, window: 30m, warning: { severity: info, for: 3m, keep_firing_for: 9m } }
  fleet-reinit-storm: { initializes: 77 }
  recovery-burn: { objective: 0.99, fastLong: 3h }
  target-down: { warning: { for: 0s } }
`);
    const [judged] = named(rules, 'McpClientNoReinit');
    expect(judged).toMatchObject({ for: '3m', keep_firing_for: '9m', labels: { severity: 'info' } });
    expect(judged?.expr).toContain('fault="client-no-reinit"}[30m])) >= 4.5\n');
    expect(judged?.annotations.description).toContain('begun within 30m');
    expect(named(rules, 'McpFleetReinitStorm')[0]?.expr).toContain('>= 77\n');
    expect(named(rules, 'McpRecoveryBurn')[0]?.expr).toContain('increase3h > 0.144\n');
    expect(named(rules, 'McpTargetDown')[0]).not.toHaveProperty('for');
  });

  it('records what its alerts ask for, and no more', async () => {
    const { out } = await run('rules', '--values', fileOf('alerts: { recovery-burn: { fastLong: 3h } }'));
    const rules = groupsIn(out).flatMap((group) => group.rules);
    const recorded = rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));
    const asked = rules.flatMap(({ expr }) => expr.match(/\bjob_vantage_target:[\w:]+/g) ?? []);
    expect(new Set(asked)).toEqual(new Set(recorded));
    expect(recorded.some((name) => name.endsWith('increase3h'))).toBe(true);
  });

  it('adds labels and the host of links to every alert', async () => {
    const rules = await alertsWith(
      'labels: { team: agents }\ndashboard_url: https://grafana.example.com/\nrunbook_url: https://wiki.example.com/mcp\n',
    );
    for (const { labels, annotations } of rules) {
      expect(labels['team']).toBe('agents');
      expect(annotations.dashboard_url).toMatch(/^https:\/\/grafana\.example\.com\/d\/mcp-/);
      expect(annotations.runbook_url).toMatch(/^https:\/\/wiki\.example\.com\/mcp\/[a-z0-9-]+\.md$/);
    }
  });

  it('asks for the series of the chosen jobs alone, wherever a rule selects some', async () => {
    const { out } = await run('rules', '--values', fileOf('jobs: mcp-.*\n'));
    const selectors = groupsIn(out)
      .flatMap(({ rules }) => rules)
      .flatMap(({ expr }) => expr.match(/\b(?:mcp_\w+|up)\b(?!:)(?:\{[^}]*\})?/g) ?? [])
      .filter((selector) => !selector.includes('_per_loss') && !selector.includes('_failed'));
    expect(selectors.length).toBeGreaterThan(100);
    expect(selectors.filter((selector) => !selector.includes('job=~"mcp-.*"'))).toEqual([]);
  });

  it('leaves out what has the severity none, and what was recorded for it', async () => {
    const rules = await alertsWith(`
alerts:
  idle-poll: { info: { severity: none } }
  client-latched-off: { warning: { severity: none } }
  recovery-burn: { critical: { severity: none }, warning: { severity: none } }
`);
    expect(named(rules, 'McpIdlePoll')).toEqual([]);
    expect(named(rules, 'McpClientLatchedOff').map(({ labels }) => labels['severity'])).toEqual(['critical']);
    const text = await run('rules', '--values', fileOf('alerts: { session-cap-near: { cap: 500 } }'));
    expect(text.out).not.toContain('at_refusal');
    expect(text.out).toContain('14400) >= 500\n');
  });

  it('prints a manifest for the operator of Kubernetes', async () => {
    const values = 'prometheus_rule: { name: mcp, namespace: watch, labels: { release: stack } }\n';
    const { out } = await run('rules', '--format', 'prometheusrule', '--values', fileOf(values));
    const { spec, ...head } = parse(out) as { spec: { groups: RuleGroup[] } };
    expect(head).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: {
        name: 'mcp',
        namespace: 'watch',
        labels: { 'app.kubernetes.io/name': 'mcp-session-exporter', release: 'stack' },
      },
    });
    expect(spec.groups).toEqual(groupsIn((await run('rules')).out));
    const shipped = readFileSync(join(ALERTS, 'kubernetes/prometheus-rule.yaml'), 'utf8');
    expect(parse(shipped)).toEqual(parse((await run('rules', '--format', 'prometheusrule')).out));
  });

  it('tells everything that is wrong with the values, each in a line, and exits with 1', async () => {
    const file = fileOf(`dashbord_url: https://grafana.example.com
runbook_url: ftp://example.com
jobs: "mcp-("
labels: { severity: loud }
alerts:
  client-no-reinits: { cases: 2 }
  client-no-reinit: { window: soon, cases: -1, critical: {} }
  idle-poll: { info: { severity: page, fro: 5m } }
`);
    const { code, out, errors } = await run('rules', '--values', file);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(errors.replaceAll(`${file}:`, '').split('\n')).toEqual([
      '1:1: dashbord_url: there is no such key; did you mean dashboard_url?',
      '2:14: runbook_url: "ftp://example.com" is not allowed; it must be an http or https URL, to which the name of the page is added',
      '3:7: jobs: "mcp-(" is not allowed; it must be a pattern that matches the whole name of each job whose alerts these are; empty for all',
      '4:11: labels.severity is not allowed as a name; it must be a label of Prometheus that these alerts do not have themselves',
      '6:3: alerts.client-no-reinits: there is no such key; did you mean client-no-reinit?',
      '7:31: alerts.client-no-reinit.window: "soon" is not allowed; it must be a duration of Prometheus in one unit, as in 15m, longer than 0',
      '7:44: alerts.client-no-reinit.cases: -1 is not allowed; it must be a number from 1',
      '7:48: alerts.client-no-reinit.critical: there is no such key; those are cases, window, warning',
      '8:34: alerts.idle-poll.info.severity: "page" is not allowed; it must be "critical", "warning", "info" or "none"',
      '8:40: alerts.idle-poll.info.fro: there is no such key; did you mean for?',
      '',
    ]);
  });

  it.each(['mcp-(?!probe).*', String.raw`(a)\1`])(
    'refuses the pattern %s, which Prometheus would',
    async (jobs) => {
      const { code, errors } = await run('rules', '--values', fileOf(`jobs: '${jobs}'\n`));
      expect(code).toBe(1);
      expect(errors).toContain('is not allowed; it must be a pattern');
    },
  );

  it.each(['0.9', '1'])(
    'refuses the objective %s, at which the fastest burn could never be seen',
    async (objective) => {
      const file = fileOf(`alerts:\n  recovery-burn:\n    objective: ${objective}\n`);
      const { code, errors } = await run('rules', '--values', file);
      expect(code).toBe(1);
      expect(errors).toBe(
        `${file}:3:16: alerts.recovery-burn.objective: ${objective} is not allowed; it must be a number from 0.931 that is less than 1, or the rate 14.4 can never be reached\n`,
      );
    },
  );

  it.each([
    ['recovery-burn: { fastShort: 0s }', 'longer than 0'],
    ['fleet-reinit-storm: { windowMs: 0 }', 'a whole number of ms from 1'],
    ['fleet-reinit-storm: { windowMs: 0.5 }', 'a whole number of ms from 1'],
    ['client-no-reinit: { cases: 0 }', 'a number from 1'],
    ['memory-running-out: { limitBytes: 0 }', 'a number of bytes from 1'],
    [
      'client-latched-off: { returnMs: 600000 }',
      'more than 600000 ms, for which a silent client still counts as active',
    ],
  ])('refuses %s, of which no rule can be made that means anything', async (value, allowed) => {
    const { code, out, errors } = await run('rules', '--values', fileOf(`alerts: { ${value} }\n`));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(errors).toMatch(new RegExp(`is not allowed; it must be .*${allowed}\n$`));
  });

  it.each([
    [['--value', 'x.yaml'], '--value: there is no such flag; did you mean --values?'],
    [['x.yaml'], '"x.yaml" is not understood; see --help'],
    [['--format', 'json'], '--format: "json" is not allowed; it must be prometheus or prometheusrule'],
    [['--values'], '--values: name a file of values'],
  ])('exits with 2 for %j', async (args, reason) => {
    expect(await run('rules', ...args)).toEqual({
      code: 2,
      out: '',
      errors: `mcp-session-exporter rules: ${reason}\n`,
    });
  });

  it('says so when there is no such file', async () => {
    const { code, errors } = await run('rules', '--values', '/no/such/values.yaml');
    expect({ code, errors }).toEqual({ code: 1, errors: '/no/such/values.yaml: there is no such file\n' });
  });
});

describe.each(['promtool', 'promtool-3'])('what it prints', (version) => {
  describeWith([version], version, (promtool) => {
    it.each(['', 'jobs: mcp-.*\nlabels: { team: agents }\nalerts: { session-cap-near: { cap: 500 } }\n'])(
      'is accepted, with the values %j',
      async (values) => {
        const { out } = await run('rules', '--values', fileOf(values));
        const checked = spawnSync(promtool, ['check', 'rules', '--lint-fatal', fileOf(out)], {
          encoding: 'utf8',
        });
        expect(checked, checked.stderr).toMatchObject({ status: 0 });
      },
    );
  });
});
