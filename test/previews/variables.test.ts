import { describe, expect, it } from 'vitest';
import { chosenIn, filled, type Span } from '../../scripts/previews/variables.ts';
import type { Dashboard, Variable } from '../../tools/dashboard-previews/src/preview.ts';

const SPAN: Span = { from: 0, to: 600_000, scrapeMs: 15_000 };

function withVariables(...list: Variable[]): Dashboard {
  return { uid: 'x', title: 'x', panels: [], templating: { list } };
}

const ALL = { value: ['$__all'] };

describe('the variables of a dashboard', () => {
  it('stand for all that they offer, in words and in PromQL', () => {
    const chosen = chosenIn(withVariables({ name: 'job', type: 'query', allValue: '.+', current: ALL }));
    expect(chosen.get('job')).toEqual({ text: 'All', promql: '.+' });
  });

  it('stand for what was chosen, one or several', () => {
    const chosen = chosenIn(
      withVariables(
        { name: 'one', type: 'custom', current: { value: 'a' } },
        { name: 'two', type: 'query', current: { value: ['a', 'b'] } },
        { name: 'first', type: 'interval', query: '5m, 1h' },
      ),
    );
    expect([...chosen.values()].map(({ promql }) => promql)).toEqual(['a', '(a|b)', '5m']);
  });

  it('do not count the data source among them', () => {
    expect(chosenIn(withVariables({ name: 'datasource', type: 'datasource' })).size).toBe(0);
  });
});

describe('an expression', () => {
  const chosen = new Map([['job', { text: 'All', promql: '.*' }]]);

  it('is filled in both notations, and what nobody knows stays', () => {
    expect(filled('a{x=~"$job",y=~"${job:regex}",z="$other"}', chosen, SPAN, 15_000)).toBe(
      'a{x=~".*",y=~".*",z="$other"}',
    );
  });

  it('gets the whole range in seconds', () => {
    expect(filled('increase(a[$__range])', chosen, SPAN, 15_000)).toBe('increase(a[600s])');
  });

  it.each([
    ['four scrapes, where points are near', 15_000, '60s'],
    ['a step and a scrape, where they are further apart', 120_000, '135s'],
  ])('gets windows for rates of %s', (_, stepMs, window) => {
    expect(filled('rate(a[$__rate_interval])', chosen, SPAN, stepMs)).toBe(`rate(a[${window}])`);
  });
});
