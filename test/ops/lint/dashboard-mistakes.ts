import * as units from '@grafana/grafana-foundation-sdk/units';
import { KNOWN } from './known-series.ts';
import { deadLinksIn } from './links.ts';
import {
  labelsGivenBy,
  mistakesIn,
  nodesOf,
  queryOf,
  selectorsOf,
  type Query,
  type Selector,
} from './promql.ts';
import { mistakesInFunctions } from './rule-mistakes.ts';
import { textsUnder } from './shipped.ts';

/** A dashboard in Grafana's classic JSON, as far as it is looked at. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations?: { readonly list?: readonly Asking[] };
  readonly links?: readonly {
    readonly title: string;
    readonly keepTime?: boolean;
    readonly includeVars?: boolean;
  }[];
}

/** Whatever asks a data source for something. */
interface Asking {
  readonly datasource?: { readonly uid?: string } | null;
}

interface Variable extends Asking {
  readonly name: string;
  readonly type: string;
  readonly refresh?: number;
}

/** A panel, or a row with the panels that it hides. */
export interface Panel extends Asking {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly (Asking & { readonly expr?: string; readonly legendFormat?: string })[];
  readonly fieldConfig?: {
    readonly defaults?: { readonly unit?: string; readonly thresholds?: unknown };
    readonly overrides?: readonly {
      readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
    }[];
  };
}

/** Panels that ask for nothing. */
const SILENT = new Set(['row', 'text', 'dashlist', 'news']);

/** The variables by which every query is narrowed, and what fills the data source in. */
const NEEDED = ['datasource', 'job', 'target', 'client'];

const UNITS: ReadonlySet<unknown> = new Set(Object.values(units));

/** Every panel of a dashboard, those in rows too. */
export function panelsOf({ panels }: { readonly panels?: readonly Panel[] }): Panel[] {
  return (panels ?? []).flatMap((panel) => [panel, ...panelsOf(panel)]);
}

/** What is wrong with a dashboard, in words. */
export function mistakesInDashboard(dashboard: Dashboard): string[] {
  const { templating, annotations } = dashboard;
  const names = templating.list.map(({ name }) => name);
  const panels = panelsOf(dashboard);
  return [
    ...NEEDED.filter((name) => !names.includes(name)).map((name) => `no variable ${name}`),
    ...templating.list.flatMap(mistakesInVariable),
    ...(annotations?.list ?? []).flatMap(mistakesInSource),
    ...panels.filter(({ type }) => !SILENT.has(type)).flatMap(mistakesInPanel),
    ...unknownVariablesIn(dashboard, new Set(names)),
    ...textsUnder(new Set(['url']), dashboard).flatMap(deadLinksIn),
    ...(dashboard.links ?? []).flatMap(({ title, keepTime, includeVars }) =>
      keepTime === true && includeVars === true ? [] : [`the link ${title} loses the time or the variables`],
    ),
  ];
}

/** A variable that is not asked for again when the time changes offers what was there when the page was opened. */
function mistakesInVariable(variable: Variable): string[] {
  if (variable.type !== 'query') return [];
  const stale =
    variable.refresh === 2 ? [] : [`the variable ${variable.name} is not refreshed with the time`];
  return [...stale, ...mistakesInSource(variable)];
}

function mistakesInSource({ datasource }: Asking): string[] {
  const uid = datasource?.uid;
  if (uid === undefined || uid === '${datasource}' || uid.startsWith('-- ')) return [];
  return [`the data source is fixed: ${uid}`];
}

function mistakesInPanel(panel: Panel): string[] {
  const {
    title = '',
    description = '',
    targets = [],
    fieldConfig: { defaults, overrides = [] } = {},
  } = panel;
  const given = overrides.flatMap(({ properties }) => properties).filter(({ id }) => id === 'unit');
  const unknown = [defaults?.unit, ...given.map(({ value }) => value)].filter((unit) => !UNITS.has(unit));
  const mistakes = [
    ...(title === '' ? ['no title'] : []),
    ...(description === '' ? ['no description'] : []),
    ...(panel.datasource?.uid === '${datasource}' ? [] : ['no data source that can be chosen']),
    ...unknown.map((unit) => `no unit ${String(unit)}`),
    ...(defaults?.thresholds === undefined ? ['no thresholds'] : []),
    ...(targets.length === 0 ? ['asks for nothing'] : []),
    ...targets.flatMap((target) => [...mistakesInSource(target), ...mistakesInTarget(target)]),
    ...targets.flatMap(({ expr = '' }) => unsaidWindowsIn(expr, `${title} ${description}`)),
  ];
  return mistakes.map((mistake) => `${title}: ${mistake}`);
}

function mistakesInTarget({ expr = '', legendFormat = '' }: NonNullable<Panel['targets']>[number]): string[] {
  const query = queryOf(expr);
  const given = labelsGivenBy(query, KNOWN);
  const unbound = selectorsOf(query).filter((selector) => !isNarrowed(selector));
  return [
    ...mistakesIn(expr, KNOWN),
    ...mistakesInFunctions(query),
    ...unbound.map(({ name }) => `${name} is of any job or server`),
    ...[...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
      .filter(([, label = '']) => !given.has(label) && !isOpen(query))
      .map(([, label]) => `the legend names ${label}, which the query does not give`),
  ];
}

/** How a panel says that it looks at a time of its own, whatever is chosen. */
const IN_WORDS: Readonly<Record<string, string>> = {
  '10m': 'ten minutes',
  '30m': 'half an hour',
  '1h': 'an hour',
  '6h': 'six hours',
  '1d': 'a day',
};

/** A graph has a point for each interval, which Grafana fits to the time and the scrapes; else its panel says over what. */
function unsaidWindowsIn(expr: string, said: string): string[] {
  const windows = [...expr.matchAll(/\b(?:i?rate|increase)\([^[]*\[([^\]]*)\]/g)].map(
    ([, window = '']) => window,
  );
  return windows
    .filter((window) => window !== '$__rate_interval' && window !== '$__range')
    .filter((window) => !said.includes(IN_WORDS[window] ?? window))
    .map((window) => `does not say that it looks at ${window}, whatever time is chosen`);
}

/** A probe is scraped by a job of its own: its server is chosen by its address, which is the instance. */
function isNarrowed({ name, matchers }: Selector): boolean {
  const by = name.startsWith('mcp_probe_') ? 'instance' : 'job';
  return matchers.some(({ label }) => label === by);
}

function isOpen(query: Query): boolean {
  const labelled = nodesOf(query.root, 'LabelReplace', 'LabelJoin').length > 0;
  return labelled || selectorsOf(query).some(({ name }) => KNOWN.series.get(name)?.open);
}

/** Whatever a text fills in must be a variable of the dashboard, or one of Grafana's own, which begin with `__`. */
function unknownVariablesIn(dashboard: Dashboard, names: ReadonlySet<string>): string[] {
  const keys = new Set(['expr', 'query', 'definition', 'url', 'title', 'uid', 'description']);
  return textsUnder(keys, dashboard).flatMap((text) =>
    [...text.matchAll(/\$(?:\{(\w+)|(\w+))/g)]
      .map(([, braced, plain]) => braced ?? plain ?? '')
      .filter((name) => !names.has(name) && !name.startsWith('__') && !/^\d+$/.test(name))
      .map((name) => `no variable ${name} in ${text}`),
  );
}

/** The reducers and the transformations that a dashboard names. */
export function calculationsOf(dashboard: Dashboard): { reducers: string[]; transformations: string[] } {
  const transformations: string[] = [];
  const reducers: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (/^(calcs|reducers|aggregations)$/.test(key) && Array.isArray(inner))
        reducers.push(...inner.map(String));
      if (key === 'reducer' && typeof inner === 'string') reducers.push(inner);
      if (key === 'transformations') transformations.push(...(inner as { id: string }[]).map(({ id }) => id));
      visit(inner);
    }
  };
  visit(dashboard);
  return { reducers, transformations };
}

/** The units that a dashboard names. */
export function unitsOf(dashboard: Dashboard): string[] {
  return panelsOf(dashboard).flatMap(({ fieldConfig }) => [
    ...(fieldConfig?.defaults?.unit === undefined ? [] : [fieldConfig.defaults.unit]),
    ...(fieldConfig?.overrides ?? [])
      .flatMap(({ properties }) => properties)
      .filter(({ id }) => id === 'unit')
      .map(({ value }) => String(value)),
  ]);
}
