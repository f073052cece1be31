import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertNameOf } from '../../src/faults/index.ts';
import { mistakesInInhibition, type InhibitRule } from './lint/inhibition-mistakes.ts';
import { mistakesInRule } from './lint/rule-mistakes.ts';
import { alertingRules, files, ROUTING, rules, type Rule } from './lint/shipped.ts';

const all = rules();
const title = ({ alert, record, labels }: Rule): string => `${alert ?? record} ${labels?.['severity'] ?? ''}`;

describe('the rules', () => {
  it('are there', () => {
    expect(all.length).toBeGreaterThan(40);
  });

  it.each(all.map((rule) => [title(rule), rule] as const))('%s', (_, rule) => {
    expect(mistakesInRule(rule)).toEqual([]);
  });

  it('are told apart by name and labels', () => {
    const keys = all.map(({ alert, record, labels }) => JSON.stringify([alert, record, labels]));
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });
});

/** A rule of ours that is sound, with one thing changed. */
function changed(change: Partial<Rule>): Rule {
  const sound = alertingRules().find(({ alert }) => alert === alertNameOf('reinit-storm'));
  if (sound === undefined) throw new RangeError('no alert on storms');
  return { ...sound, ...change };
}

function annotated(annotations: Readonly<Record<string, string>>): Rule {
  return changed({ annotations: { ...changed({}).annotations, ...annotations } });
}

describe('the check of rules', () => {
  it('finds nothing in one that is sound', () => {
    expect(mistakesInRule(changed({}))).toEqual([]);
  });

  const grown = 'sum by (job) (increase(mcp_requests_total[5m]))';

  it.each([
    ['no severity', changed({ labels: {} }), 'severity undefined'],
    ['a severity that nobody knows', changed({ labels: { severity: 'page' } }), 'severity page'],
    ['a name of others', changed({ alert: 'SessionsLost' }), 'does not begin as our alerts do'],
    ['a mistyped metric', changed({ expr: 'mcp_session_active > 1' }), 'no metric mcp_session_active'],
    [
      'an interval of Grafana',
      changed({ expr: `${grown.replace('5m', '$__rate_interval')} > 1` }),
      'no variable of Grafana',
    ],
    ['no bound', changed({ expr: grown }), 'fires for whatever there is'],
    ['a bound that only makes 0 or 1', changed({ expr: `${grown} > bool 1` }), 'fires for whatever there is'],
    [
      'an unbounded alternative',
      changed({ expr: `${grown} > 1 or ${grown}` }),
      'fires for whatever there is',
    ],
    [
      'a counter as it stands',
      changed({ expr: 'sum by (job) (mcp_requests_total) > 9' }),
      'how much did it grow?',
    ],
    ['the growth of a gauge', changed({ expr: 'rate(mcp_sessions_active[5m]) > 1' }), 'which is no counter'],
    ['the slope of a counter', changed({ expr: 'deriv(mcp_requests_total[1h]) > 1' }), 'which is a counter'],
    [
      'a window of one scrape',
      changed({ expr: `${grown.replace('5m', '30s')} > 1` }),
      'a window of only 30s',
    ],
    ['a pattern for one text', changed({ expr: 'up{job=~"mcp"} == 0' }), 'needs no pattern'],
    ['a label that is summed away', changed({ expr: `${grown} > 1` }), 'description names target'],
    ['a label of one alternative', changed({ expr: `${grown} > 1 or up == 0` }), 'description names vantage'],
    ['a value in its summary', annotated({ summary: 'Lost {{ $value }}.' }), 'no static sentence'],
    ['a description without values', annotated({ description: 'Something is lost.' }), 'names no value'],
    ['no runbook', annotated({ runbook_url: '' }), 'no runbook_url'],
    [
      'a runbook that is not there',
      annotated({ runbook_url: `${changed({}).annotations?.['runbook_url']}x` }),
      'no page docs/runbooks/',
    ],
    ['no dashboard', annotated({ dashboard_url: '' }), 'no dashboard_url'],
    ['a dashboard that is not there', annotated({ dashboard_url: '/d/mcp-x' }), 'no dashboard mcp-x'],
    [
      'a variable that is not there',
      annotated({ dashboard_url: '/d/mcp-session-health?var-taget=a' }),
      'no variable taget',
    ],
    [
      'a recording that does not say what it is',
      { record: 'mcp_requests_rate5m', expr: grown },
      'not level:metric:operations',
    ],
    [
      'a recording that hides a label',
      { record: 'mcp:mcp_requests:increase5m', expr: grown },
      'has the label job',
    ],
  ] as const)('finds %s', (_, rule, mistake) => {
    expect(mistakesInRule(rule).join('\n')).toContain(mistake);
  });
});

const inhibitions = files(...ROUTING).flatMap(({ path, text }) => {
  const { inhibit_rules: each = [] } = parse(text) as { inhibit_rules?: InhibitRule[] };
  return each.map((rule) => [path, rule.source_matchers.join(), rule] as const);
});

describe('the inhibition', () => {
  it('is there', () => {
    expect(inhibitions).not.toEqual([]);
  });

  it.each(inhibitions)('in %s by %s can come into force', (_path, _by, rule) => {
    expect(mistakesInInhibition(rule)).toEqual([]);
  });

  it('that can not is found', () => {
    const [source, target] = ['reinit-storm', 'metrics-absent'].map((id) => [
      `alertname="${alertNameOf(id)}"`,
    ]);
    const rule = { source_matchers: source ?? [], target_matchers: target ?? [], equal: ['job', 'target'] };
    expect(mistakesInInhibition(rule)).toEqual(['McpReinitStorm or McpMetricsAbsent has no label target']);
  });
});
