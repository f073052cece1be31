import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  calculationsOf,
  mistakesInDashboard,
  panelsOf,
  unitsOf,
  type Dashboard,
  type Panel,
} from './lint/dashboard-mistakes.ts';
import { EXCEPTIONS, unexcused } from './lint/dashboard-exceptions.ts';
import { DASHBOARDS, files, ROOT } from './lint/shipped.ts';

const dashboards = files(DASHBOARDS).map(({ path, text }) => ({ path, page: JSON.parse(text) as Dashboard }));

describe('the dashboards', () => {
  it('are there, each under a uid of its own', () => {
    const uids = dashboards.map(({ page }) => page.uid);
    expect(uids).not.toEqual([]);
    expect(new Set(uids).size).toBe(uids.length);
  });

  it.each(dashboards)('$path', ({ page }) => {
    expect(unexcused(mistakesInDashboard(page))).toEqual([]);
  });

  it('need all their exceptions', () => {
    const mistakes = dashboards.flatMap(({ page }) => mistakesInDashboard(page));
    const idle = EXCEPTIONS.filter(({ mistake }) => !mistakes.some((text) => mistake.test(text)));
    expect(idle).toEqual([]);
  });
});

/** The first dashboard, sound as it is, with one panel changed. */
function changed(change: Partial<Panel>, more: Partial<Dashboard> = {}): Dashboard {
  const page = dashboards[0]?.page as Dashboard;
  const panel = panelsOf(page).find(({ type }) => type === 'timeseries') as Panel;
  return { ...page, panels: [...page.panels, { ...panel, ...change }], ...more };
}

function asking(expr: string, legendFormat = ''): Dashboard {
  return changed({ targets: [{ expr, legendFormat }] });
}

function withUnit(unit: string): Dashboard {
  return changed({ fieldConfig: { defaults: { unit, thresholds: {} } } });
}

describe('the check of dashboards', () => {
  const job = 'job=~"$job"';

  it('finds nothing in one that is sound', () => {
    expect(unexcused(mistakesInDashboard(changed({})))).toEqual([]);
  });

  it.each([
    ['a panel without a title', changed({ title: '' }), 'no title'],
    ['a panel that does not say what it shows', changed({ description: '' }), 'no description'],
    ['a panel that asks for nothing', changed({ targets: [] }), 'asks for nothing'],
    [
      'a panel bound to one Prometheus',
      changed({ datasource: { uid: 'prom' } }),
      'no data source that can be chosen',
    ],
    [
      'a target bound to one',
      changed({ targets: [{ expr: 'up', datasource: { uid: 'prom' } }] }),
      'the data source is fixed: prom',
    ],
    ['an unknown unit', withUnit('secondz'), 'no unit secondz'],
    ['a fixed interval', asking(`rate(mcp_requests_total{${job}}[5m])`), 'looks at 5m'],
    ['a query of any job', asking('mcp_sessions_active'), 'mcp_sessions_active is of any job or server'],
    [
      'a probe of any server',
      asking(`mcp_probe_success{${job}}`),
      'mcp_probe_success is of any job or server',
    ],
    ['a mistyped metric', asking(`mcp_session_active{${job}}`), 'no metric mcp_session_active'],
    ['a counter as it stands', asking(`mcp_requests_total{${job}}`), 'how much did it grow?'],
    [
      'a label that is not given',
      asking(`sum(mcp_sessions_active{${job}})`, '{{target}}'),
      'the legend names target',
    ],
    [
      'a variable that is not there',
      asking(`mcp_sessions_active{${job}, target=~"$taget"}`),
      'no variable taget',
    ],
    [
      'a link to nowhere',
      changed({}, { links: [{ title: 'x', url: '/d/mcp-x' } as never] }),
      'no dashboard mcp-x',
    ],
    [
      'a link that forgets the time',
      changed({}, { links: [{ title: 'x', includeVars: true }] }),
      'loses the time',
    ],
    ['a page without a choice of job', changed({}, { templating: { list: [] } }), 'no variable job'],
    [
      'a variable that grows old',
      changed({}, { templating: { list: [{ name: 'job', type: 'query', refresh: 1 }] } }),
      'is not refreshed',
    ],
  ] as const)('finds %s', (_, page, mistake) => {
    expect(unexcused(mistakesInDashboard(page)).join('\n')).toContain(mistake);
  });
});

/** What of @grafana/data is asked here. It comes with the tool that draws previews, and is no dependency of ours. */
interface GrafanaData {
  readonly getValueFormats: () => readonly { readonly submenu: readonly { readonly value: string }[] }[];
  readonly fieldReducers: { readonly list: () => readonly { readonly id: string }[] };
  readonly DataTransformerID: Readonly<Record<string, string>>;
}

const PREVIEWS = join(ROOT, 'tools/dashboard-previews');
const installed = existsSync(join(PREVIEWS, 'node_modules/@grafana/data'));
const named = dashboards.map(({ page }) => ({ units: unitsOf(page), ...calculationsOf(page) }));

/** What Grafana itself knows of each kind. */
function knownToGrafana(): Record<'units' | 'reducers' | 'transformations', ReadonlySet<string>> {
  const grafana = createRequire(join(PREVIEWS, 'package.json'))('@grafana/data') as GrafanaData;
  return {
    units: new Set(grafana.getValueFormats().flatMap(({ submenu }) => submenu.map(({ value }) => value))),
    reducers: new Set(grafana.fieldReducers.list().map(({ id }) => id)),
    transformations: new Set(Object.values(grafana.DataTransformerID)),
  };
}

const skipped = !installed && process.env['REQUIRE_SYSTEM'] !== '1';

describe.skipIf(skipped)(
  `Grafana${installed ? '' : ' (not installed: npm ci --prefix tools/dashboard-previews)'}`,
  () => {
    it.each(['units', 'reducers', 'transformations'] as const)('knows all %s', (kind) => {
      const known = knownToGrafana()[kind];
      expect(known.size).toBeGreaterThan(20);
      expect(named.flatMap((names) => names[kind]).filter((name) => !known.has(name))).toEqual([]);
    });

    it('knows no others', () => {
      const { units, reducers, transformations } = knownToGrafana();
      expect([units.has('secondz'), reducers.has('lastNotNul'), transformations.has('organise')]).toEqual([
        false,
        false,
        false,
      ]);
    });

    it('is asked for what there is', () => {
      expect(named.flatMap(({ units }) => units)).not.toEqual([]);
      expect(named.flatMap(({ reducers }) => reducers)).not.toEqual([]);
    });
  },
);
