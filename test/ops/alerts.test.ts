import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  alertNameOf,
  catalogue,
  faultById,
  isJudged,
  runbookUrlOf,
  type Fault,
} from '../../src/faults/index.ts';
import type { AlertTestFile } from '../../src/ops/promtool.ts';
import { definitions, ownDefinitions } from '../../src/ops/rules/definitions.ts';
import { ruleFiles, type RuleGroup } from '../../src/ops/rules/groups.ts';
import type { AlertRule } from '../../src/ops/rules/render.ts';
import { DEFAULT_VALUES } from '../../src/ops/rules/values.ts';
import { describeWith } from '../support/system-programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const ALERTS = join(ROOT, 'alerts');
const TESTS = join(ALERTS, 'tests');
const FILES = [...ruleFiles(DEFAULT_VALUES).keys()].map((name) => join(ALERTS, name));

const all = FILES.flatMap((file) => {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: RuleGroup[] };
  return groups.flatMap((group) => group.rules);
});
const rules = all.filter((rule): rule is AlertRule => 'alert' in rule);
const own = ownDefinitions.map(({ id }) => id);
const ids = [...catalogue.map((fault) => fault.id), ...own];

/** A fault whose first case may be that of one client, or that clients alone see less of, has two rules. */
function severitiesOf({ alert }: Fault): string[] {
  const more = [
    'pages' in alert && alert.pages !== undefined ? ['critical'] : [],
    'inClients' in alert && alert.inClients !== undefined ? [alert.inClients.severity] : [],
  ];
  return [alert.severity, ...more.flat()];
}

describe('the alerts', () => {
  it('are one for every fault, and those that are of none', () => {
    expect([...new Set(rules.map((rule) => rule.alert))].toSorted()).toEqual(ids.map(alertNameOf).toSorted());
  });

  it('are of no two rules that say the same', () => {
    const named = rules.map(({ alert, labels }) => `${alert} ${labels['severity']}`);
    expect(named.filter((name, i) => named.indexOf(name) !== i)).toEqual([]);
  });

  it.each(rules)('$alert says what to do and where to read on', ({ alert, labels, annotations }) => {
    const id = ids.find((candidate) => alertNameOf(candidate) === alert) ?? '';
    expect(labels['severity']).toMatch(/^(critical|warning|info)$/);
    expect(annotations.summary).toMatch(/^[A-Z][^{}]+\.$/);
    expect(annotations.description).toContain('{{ $labels.job }}');
    expect(annotations.runbook_url).toBe(runbookUrlOf(id));
    const [, uid, query = ''] =
      /^http:\/\/127\.0\.0\.1:3000\/d\/([\w-]+)\?(.*)$/.exec(annotations.dashboard_url) ?? [];
    const dashboard = readFileSync(join(ROOT, 'dashboards', `${uid}.json`), 'utf8');
    const { templating } = JSON.parse(dashboard) as { templating: { list: { name: string }[] } };
    const chosen = query.split('&').map((each) => /^var-(\w+)=(.+)$/.exec(each)?.slice(1) ?? []);
    expect(templating.list.map(({ name }) => name)).toEqual(
      expect.arrayContaining(chosen.map(([name]) => name)),
    );
    // No traffic has the job by which servers are probed.
    const job = id.startsWith('probe-') ? '$__all' : '{{ $labels.job | urlquery }}';
    expect(chosen.find(([name]) => name === 'job')?.[1]).toBe(job);
    for (const [name, value = ''] of chosen.filter(([each]) => each !== 'job')) {
      if (name === 'fault') expect(value).toBe(id);
      else expect(value).toMatch(/^\{\{ \$labels\.(job|target|instance) \| urlquery \}\}$/);
    }
  });

  it.each(rules)('$alert leads to a dashboard that shows what it asks for', ({ expr, annotations }) => {
    const [, uid] = /\/d\/([\w-]+)/.exec(annotations.dashboard_url) ?? [];
    const dashboard = readFileSync(join(ROOT, 'dashboards', `${uid}.json`), 'utf8');
    const recorded = all.filter((rule) => 'record' in rule && expr.includes(rule.record));
    const asked = [expr, ...recorded.map((rule) => rule.expr)].join();
    const shown = [...new Set(asked.match(/(?<!:)\bmcp_\w+\b(?!:)/g))].filter((name) =>
      dashboard.includes(name),
    );
    expect(shown).not.toEqual([]);
  });

  it.each(catalogue)('the one of $id carries the side to call and the severity', (fault) => {
    const found = rules.filter(({ alert }) => alert === alertNameOf(fault.id));
    expect(found.map(({ labels }) => labels)).toEqual(
      severitiesOf(fault).map((severity) => ({ fault: fault.id, side: fault.side, severity })),
    );
  });
});

/** What one case proves for everybody, and why. */
const PROVED_BY_ONE: Readonly<Record<string, string>> = {
  'session-cap-exhausted': 'the server refused for want of room, whoever asked',
  'single-session-server': 'the server says that it serves one client alone',
  'cross-principal-session': 'a stranger may be reading a session now',
};

/** These are not for a number of clients or events, but for a state that lasts. */
const STATES: readonly string[] = ['probe-impossible'];

describe('somebody is woken', () => {
  const loud = definitions.filter(({ levels }) => levels.some(({ severity }) => severity === 'critical'));

  it.each(loud)(
    'by $id only above a floor, or where one case proves it for everybody',
    ({ id, tunables }) => {
      const fault = faultById(id);
      if (fault !== undefined && id in PROVED_BY_ONE) return;
      if (STATES.includes(id)) return;
      const counts = Object.values(tunables).flatMap(({ value, unit }) =>
        unit === 'count' ? [Number(value)] : [],
      );
      expect(Math.max(...counts)).toBeGreaterThan(2);
      if (fault !== undefined && isJudged(fault)) expect(fault.alert.pages?.cases).toBeGreaterThan(2);
    },
  );

  it('by one case of those alone that are listed here', () => {
    const single = catalogue.filter(isJudged).filter(({ alert }) => alert.severity === 'critical');
    expect(single.map(({ id }) => id).toSorted()).toEqual(Object.keys(PROVED_BY_ONE).toSorted());
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
    const asked = moments.filter(({ alertname }) => alertname === alertNameOf(id));
    const [firing, silent] = [/^fires: /, /^silent: /].map((kind) =>
      asked.filter(({ name }) => kind.test(name)),
    );
    expect(firing?.some(({ exp_alerts: alerts }) => alerts.length === 1)).toBe(true);
    expect(silent).not.toEqual([]);
    expect(silent?.filter(({ exp_alerts: alerts }) => alerts.length > 0)).toEqual([]);
    const others = moments.filter((moment) => !asked.includes(moment));
    expect(others.filter(({ exp_alerts: alerts }) => alerts.length > 0)).toEqual([]);
  });
});

describe('each rule', () => {
  const severities = rules.map(({ alert, labels }) => ({ alert, severity: labels['severity'] as string }));
  const secondsOf = (time: string): number => Number(time.replace('s', ''));

  /** Whether the rule fires, at each moment of each test in which it does at some, in order. */
  function storiesOf(alert: string, severity: string): boolean[][] {
    const id = ids.find((candidate) => alertNameOf(candidate) === alert) ?? '';
    const { tests } = parse(readFileSync(join(TESTS, `${id}.yaml`), 'utf8')) as AlertTestFile;
    const moments = tests.map((test) =>
      test.alert_rule_test
        .filter(({ alertname }) => alertname === alert)
        .toSorted((one, other) => secondsOf(one.eval_time) - secondsOf(other.eval_time))
        .map(({ exp_alerts: told }) => told.some(({ exp_labels: of }) => of['severity'] === severity)),
    );
    return moments.filter((fires) => fires.includes(true));
  }

  it.each(severities)('of $alert, $severity, is seen not yet to fire, to fire', ({ alert, severity }) => {
    expect(storiesOf(alert, severity).filter(([first]) => first === false)).not.toEqual([]);
  });

  it.each(severities.filter(({ alert }) => own.map(alertNameOf).includes(alert)))(
    'of $alert, $severity, is seen to end',
    ({ alert, severity }) => {
      expect(storiesOf(alert, severity).filter((fires) => fires.at(-1) === false)).not.toEqual([]);
    },
  );
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
      expect(found.reduce((sum, count) => sum + count, 0)).toBe(all.length);
    });

    it('sees every alert fire, end and stay silent as its tests say', () => {
      const files = readdirSync(TESTS).map((name) => join(TESTS, name));
      const run = spawnSync(promtool, ['test', 'rules', ...files], { encoding: 'utf8' });
      expect(run, run.stdout + run.stderr).toMatchObject({ status: 0 });
      expect(run.stdout.match(/SUCCESS/g)).toHaveLength(files.length);
    }, 600_000);
  });
});
