import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../src/ops/dashboard/grafana.ts';
import { SESSION_HEALTH } from '../../src/ops/dashboard/session-health.ts';
import { metricList } from '../../src/signals/index.ts';

interface Panel {
  readonly id: number;
  readonly type: 'row' | 'stat' | 'timeseries';
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string; readonly thresholds?: object } };
  readonly options?: {
    readonly legend?: { readonly showLegend: boolean };
    readonly reduceOptions?: { readonly calcs: readonly string[] };
  };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly refresh?: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
}

const ROOT = join(import.meta.dirname, '../..');
const page = JSON.parse(jsonOf(SESSION_HEALTH)) as {
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
};
const panels = page.panels.filter(({ type }) => type !== 'row');

describe('the page in Grafana', () => {
  it('is of the version that files are provisioned in', () => {
    expect(page.schemaVersion).toBe(42);
  });

  it('gives every panel an id and a title of its own', () => {
    expect(new Set(page.panels.map(({ id }) => id)).size).toBe(page.panels.length);
    expect(page.panels.filter(({ id }) => !(id > 0))).toEqual([]);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it('lays no panel over another, and none beyond the edge', () => {
    const cells = page.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(page.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it.each(panels)('$title says what it shows, in which unit, and when to worry', (panel) => {
    expect(panel.description).toMatch(/\.$/);
    expect(panel.datasource?.uid).toBe('${datasource}');
    expect(panel.fieldConfig?.defaults.unit).toBeTruthy();
    expect(panel.fieldConfig?.defaults.thresholds).toBeDefined();
    const { legend, reduceOptions } = panel.options ?? {};
    expect(panel.type === 'stat' ? reduceOptions?.calcs : legend?.showLegend).toEqual(
      panel.type === 'stat' ? ['lastNotNull'] : true,
    );
  });

  it.each(panels)('$title names every line it can draw', ({ targets = [] }) => {
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    for (const { legendFormat, expr } of targets) {
      const grouping = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect(named).toEqual(grouping.filter((label) => label !== 'le'));
    }
  });

  it('asks for the values of its variables each time', () => {
    const [datasource, ...others] = page.templating.list;
    expect(datasource).toMatchObject({ name: 'datasource', type: 'datasource' });
    expect(others.map(({ name }) => name)).toEqual(['job', 'target', 'client']);
    for (const variable of others)
      expect(variable).toMatchObject({ refresh: 2, multi: true, includeAll: true });
  });
});

it('every metric is shown on a page or watched by an alert', () => {
  const texts = ['dashboards', 'alerts'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { encoding: 'utf8' })
      .filter((name) => /\.(json|yaml)$/.test(name))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
  const unseen = metricList.filter(({ name }) => !texts.some((text) => text.includes(name)));
  expect(unseen.map(({ name }) => name)).toEqual([]);
});
