import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { probeTable } from '../../src/exporter/probe/probe-metrics.ts';
import { anyOf } from '../../src/ops/dashboard/scope.ts';
import {
  atZero,
  count,
  firing,
  grown,
  min,
  probed,
  ratio,
  resets,
  select,
  sum,
  sumOnce,
} from '../../src/ops/promql/index.ts';
import { metrics } from '../../src/signals/index.ts';

/** The operator that is applied last: by it one sees how a query is put together. */
function lastOperator(promql: string): string | undefined {
  const binary = parser.parse(promql).topNode.getChild('BinaryExpr');
  const operator = binary?.firstChild?.nextSibling;
  return operator === undefined || operator === null ? undefined : promql.slice(operator.from, operator.to);
}

describe('an expression of the dashboards', () => {
  const part = sum(select(metrics.sessionsIdle), ['target']);
  const whole = sum(select(metrics.sessionsActive), ['target']);

  it('divides last, so that a ratio of 0 is one', () => {
    const { promql, labels } = ratio(part, whole);
    expect(lastOperator(promql)).toBe('/');
    expect(promql).toContain(`(${whole.promql} > 0)`);
    expect(labels).toEqual(['target']);
  });

  it('counts once what several vantages see of one target', () => {
    const { promql, labels } = sumOnce(select(metrics.faultsActive), ['fault', 'target'], ['fault']);
    expect(promql).toBe(
      `sum by (fault) (max by (fault, target) (sum by (fault, target, vantage) (${metrics.faultsActive.name})))`,
    );
    expect(labels).toEqual(['fault']);
  });

  it('counts all of a series that was not there before', () => {
    const [began, grew] = grown(select(metrics.requests), '5m').promql.split('\nor\n');
    // An hour, since a series that missed a scrape just then is no new one.
    expect(began).toBe('mcp_requests_total\nunless\npresent_over_time(mcp_requests_total[1h] offset 5m)');
    expect(grew).toBe('increase(mcp_requests_total[5m])');
  });

  it('asks for probes by the labels and values that they have', () => {
    const failed = atZero(min(probed(probeTable.check, { check: 'affinity' }), ['instance']));
    expect(failed.promql).toBe('min by (instance) (mcp_probe_check{check="affinity"}) == 0');
    // @ts-expect-error a probe has no target: its server is the instance
    probed(probeTable.check, { target: 'shop' });
    expect(() => probed(probeTable.check, { check: 'afinity' })).toThrow('"afinity"');
  });

  it('asks for alerts of ours that fire, whatever they are about', () => {
    const { promql } = count(firing({ job: { like: '$job' } }), ['severity']);
    expect(promql).toBe('count by (severity) (ALERTS{alertname=~"Mcp.*", alertstate="firing", job=~"$job"})');
  });

  it('counts how often counters began anew, and of nothing else', () => {
    expect(resets(select(metrics.requests), '5m').promql).toBe('resets(mcp_requests_total[5m])');
    expect(() => resets(select(metrics.sessionsActive), '5m')).toThrow(RangeError);
  });

  it('knows the faults that it names', () => {
    expect(anyOf('reinit-storm', 'sse-flap')).toEqual({ like: 'reinit-storm|sse-flap' });
    expect(() => anyOf('reinit-strom')).toThrow('"reinit-strom" is no fault');
  });
});
