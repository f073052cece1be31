import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import {
  above,
  atLeast,
  buckets,
  either,
  increase,
  labelIn,
  lowest,
  peak,
  presentWithin,
  quantile,
  rate,
  select,
  share,
  sum,
  sumOverTime,
  unless,
  within,
} from '../../src/ops/promql/index.ts';
import { metrics } from '../../src/signals/index.ts';

function isPromql(text: string): boolean {
  let valid = true;
  parser.parse(text).iterate({ enter: (node) => void (valid &&= !node.type.isError) });
  return valid;
}

describe('a query', () => {
  it('selects series by labels of their row, and by those of the scrape', () => {
    const { promql } = select(metrics.faults, { side: 'server', target: { like: '$target' }, job: 'mcp' });
    expect(promql).toBe('mcp_session_faults_total{side="server", target=~"$target", job="mcp"}');
  });

  it('quotes what it is given', () => {
    const { promql } = select(metrics.faults, { target: 'a"b\\c' });
    expect(promql).toBe('mcp_session_faults_total{target="a\\"b\\\\c"}');
    expect(isPromql(promql)).toBe(true);
  });

  it('is a valid expression, whatever it is made of', () => {
    const faults = select(metrics.faults);
    const grown = sum(increase(faults, '10m'), ['target', 'fault']);
    const open = sum(select(metrics.faultsActive), ['target', 'fault']);
    const took = sum(rate(buckets(metrics.recoverySeconds), '5m'), ['target', 'le']);
    const all = [
      either(above(grown, 0.5), atLeast(open, 1)),
      unless(grown, open),
      share(grown, sum(open, ['target'])),
      quantile(0.95, took),
      presentWithin(select(metrics.exporterInfo), '1d'),
      lowest(open, '30m', '35m'),
      peak(open, '1d', '5m'),
      sumOverTime(open, '1d', '30m'),
      within(open, unless(sum(faults, ['target']), sum(select(metrics.faultsActive), ['target']))),
    ];
    for (const { promql } of all) expect(isPromql(promql), promql).toBe(true);
  });

  it('looks for what agrees in some labels with all of the other, however that is made up', () => {
    const there = sum(select(metrics.faultsActive), ['target']);
    const { promql, labels } = within(sum(select(metrics.faults), ['target', 'fault']), unless(there, there));
    expect(labels).toEqual(['target', 'fault']);
    expect(promql).toContain(`and on (target)\n(${there.promql}\nunless\n${there.promql})`);
  });

  it('keeps count of the labels that are left', () => {
    const took = sum(rate(buckets(metrics.recoverySeconds), '5m'), ['target', 'le']);
    expect(quantile(0.5, took).labels).toEqual(['target']);
    expect(() => labelIn(took, 'vantage' as never)).toThrow(RangeError);
  });
});

describe('a mistake', () => {
  it('does not compile when it names a label that the metric or the sum lacks', () => {
    // @ts-expect-error mcp_sessions_active has no label `fault`
    select(metrics.sessionsActive, { fault: 'reinit-storm' });
    // @ts-expect-error nor can it be grouped by one
    sum(select(metrics.sessionsActive), ['fault']);
    // @ts-expect-error `vantage` was summed away
    sum(sum(select(metrics.faults), ['fault']), ['vantage']);
    // @ts-expect-error there is no such row
    expect(() => select(metrics.sessionsAktive)).toThrow(TypeError);
  });

  it('fails when a value is not on its list', () => {
    expect(() => select(metrics.faults, { fault: 'dead-session-wrong-statsu' })).toThrow(RangeError);
  });

  it('fails when the type of the metric does not fit', () => {
    expect(() => increase(select(metrics.faultsActive), '5m')).toThrow(RangeError);
    expect(() => buckets(metrics.faults)).toThrow(RangeError);
    expect(() => select(metrics.recoverySeconds)).toThrow(RangeError);
  });

  it('fails when a window is none', () => {
    for (const window of ['', '5', '5 m', '1h30', '$interval']) {
      expect(() => increase(select(metrics.faults), window), window).toThrow(RangeError);
    }
  });
});
