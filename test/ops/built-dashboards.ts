import { DASHBOARDS } from '../../src/ops/dashboard/dashboards.ts';
import { jsonOf } from '../../src/ops/dashboard/grafana.ts';

/** The dashboards as Grafana reads them, as far as the tests look at them. */

export interface Step {
  readonly value: number | null;
  readonly color: string;
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

export interface Property {
  readonly id: string;
  readonly value: unknown;
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly format?: string;
  readonly exemplar?: boolean;
  readonly instant: boolean;
  readonly range: boolean;
  readonly datasource: { readonly uid: string };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly uid: string };
  readonly repeat?: string;
  /** The least time between two points. */
  readonly interval?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly noValue: string;
      readonly thresholds: { readonly steps: readonly Step[] };
      readonly mappings: readonly {
        readonly options: {
          readonly match?: string;
          readonly result?: { readonly text: string; readonly color?: string };
        };
      }[];
      readonly links?: readonly Link[];
      readonly custom?: { readonly drawStyle?: string };
    };
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly Property[];
    }[];
  };
  readonly options: {
    readonly legend?: { readonly showLegend: boolean };
    readonly reduceOptions?: { readonly calcs: readonly string[] };
    readonly sortBy?: readonly { readonly displayName: string }[];
  };
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
  readonly targets: readonly Target[];
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
  readonly description: string;
  readonly refresh?: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly schemaVersion: number;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
  readonly links: readonly {
    readonly type: string;
    readonly tags: readonly string[];
    readonly includeVars: boolean;
    readonly keepTime: boolean;
  }[];
  readonly annotations: {
    readonly list: readonly {
      readonly name: string;
      readonly expr: string;
      readonly enable: boolean;
      readonly titleFormat: string;
      readonly textFormat: string;
      readonly datasource: { readonly uid: string };
    }[];
  };
  readonly templating: { readonly list: readonly Variable[] };
}

/** Every dashboard, as it is written. */
export const dashboards = DASHBOARDS.map((page) => JSON.parse(jsonOf(page)) as Dashboard);

/** Every panel but the headings of rows, with the dashboard it is on. */
export const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels
    .filter(({ type }) => type !== 'row')
    .map((panel) => ({ dashboard, panel, name: `${dashboard.title}: ${panel.title}` })),
);

/** Every query of a panel. */
export const queries = panels.flatMap(({ panel, name }) =>
  panel.targets.map((target) => ({ panel, target, name })),
);

/** Every link of a value, with the panel and, in a table, the column it stands in. */
export const links = panels.flatMap(({ dashboard, panel, name }) => [
  ...(panel.fieldConfig.defaults.links ?? []).map((link) => ({ dashboard, panel, name, link })),
  ...panel.fieldConfig.overrides.flatMap(({ properties }) =>
    properties
      .filter(({ id }) => id === 'links')
      .flatMap(({ value }) => (value as Link[]).map((link) => ({ dashboard, panel, name, link }))),
  ),
]);
