import { describe, expect, it } from 'vitest';
import { withoutRepeats, type Ask } from '../../scripts/previews/repeats.ts';
import type { Dashboard, Panel, Variable } from '../../tools/dashboard-previews/src/preview.ts';

const fault: Variable = {
  name: 'fault',
  type: 'query',
  definition: 'query_result(sum by (fault) (f) > 0)',
  regex: '/fault="([^"]+)"/',
};

const place = { x: 0, y: 0, w: 24, h: 1 };
const panels: readonly Panel[] = [
  { id: 1, type: 'row', title: 'First', gridPos: place },
  {
    id: 2,
    type: 'stat',
    title: 'All of $fault',
    gridPos: place,
    targets: [{ refId: 'A', expr: 'f{fault=~"$fault"}' }],
  },
  { id: 3, type: 'row', title: 'Fault: $fault', repeat: 'fault', gridPos: place },
  {
    id: 4,
    type: 'stat',
    title: 'Open',
    gridPos: place,
    targets: [{ refId: 'A', expr: 'f{fault=~"$fault",x="$faults"}' }],
  },
];

function dashboardWith(variable: Variable): Dashboard {
  return { uid: 'x', title: 'x', panels, templating: { list: [variable] } };
}

describe('a row that repeats', () => {
  it('is drawn once, for the first value of its variable', async () => {
    const asked: string[] = [];
    const ask: Ask = async (expr) => {
      asked.push(expr);
      return [{ fault: 'reinit-storm' }, { fault: 'auth-loop' }];
    };
    const drawn = await withoutRepeats(dashboardWith(fault), ask);
    expect(asked).toEqual(['sum by (fault) (f) > 0']);
    expect(drawn.panels.map(({ title }) => title)).toEqual([
      'First',
      'All of $fault',
      'Fault: auth-loop',
      'Open',
    ]);
    expect(drawn.panels.map(({ targets }) => targets?.[0]?.expr)).toEqual([
      undefined,
      'f{fault=~"$fault"}',
      undefined,
      'f{fault=~"auth-loop",x="$faults"}',
    ]);
  });

  it('is left out where its variable has no value', async () => {
    const drawn = await withoutRepeats(dashboardWith(fault), async () => []);
    expect(drawn.panels.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('is refused where its variable asks in a way that is not known', async () => {
    const other = dashboardWith({ ...fault, definition: 'label_values(f, fault)' });
    await expect(withoutRepeats(other, async () => [])).rejects.toThrow('label_values(f, fault)');
  });
});
