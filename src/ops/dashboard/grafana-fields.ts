import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { colourOf, UNSCRAPED, type Bounds, type Line, type Link, type Panel } from './page.ts';

/** What all kinds of panel have in common: where their data comes from, and how a single value is shown. */

/** Every query goes to the data source that is chosen at the top of the page. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** What the builders of all kinds of panel can be told. */
export interface AnyPanelBuilder extends Builder<dashboard.Panel> {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: common.DataSourceRef): this;
  unit(unit: string): this;
  span(width: number): this;
  height(rows: number): this;
  noValue(text: string): this;
  mappings(mappings: dashboard.ValueMapping[]): this;
  colorScheme(colour: Builder<dashboard.FieldColor>): this;
  decimals(digits: number): this;
  thresholds(thresholds: Builder<dashboard.ThresholdsConfig>): this;
  dataLinks(links: Builder<dashboard.DashboardLink>[]): this;
  withTarget(target: Builder<Dataquery>): this;
}

/** The query of a line. Figures and tables ask for what is so now; only what is drawn over time has exemplars. */
export function queryOf(
  kind: Panel['kind'],
  { promql, legend, exemplars }: Line,
  index: number,
): Builder<Dataquery> {
  const query = new DataqueryBuilder().datasource(DATASOURCE).refId(String.fromCodePoint(65 + index));
  query.expr(promql).legendFormat(legend);
  if (kind === 'table' || kind === 'matrix') return query.instant().format(PromQueryFormat.Table);
  if (kind === 'stat') return query.instant();
  if (exemplars) query.exemplar(true);
  return kind === 'heatmap' ? query.range().format(PromQueryFormat.Heatmap) : query.range();
}

/** The steps at which a value changes its colour; without bounds it is always green. */
export function stepsOf(bounds: Bounds | undefined): dashboard.ThresholdsConfig {
  const { base, steps } = bounds ?? { base: 'sound', steps: [] };
  return {
    mode: dashboard.ThresholdsMode.Absolute,
    steps: [
      { value: null, color: colourOf(base) },
      ...steps.map(({ from, mood }) => ({ value: from, color: colourOf(mood) })),
    ],
  };
}

/** The words that stand in place of values. */
export function mappingsOf(panel: Panel): dashboard.ValueMapping[] {
  const { states = [] } = panel;
  const options = states.map(({ value, text, mood }, index) => [
    String(value),
    { text, index, ...(mood === undefined ? undefined : { color: colourOf(mood) }) },
  ]);
  const words: dashboard.ValueMapping = {
    type: dashboard.MappingType.ValueToText,
    options: Object.fromEntries(options) as Record<string, dashboard.ValueMappingResult>,
  };
  return [...(states.length === 0 ? [] : [words]), ...mappingsOfNothing(panel)];
}

/** No data is no good news where there should be some; an empty cell says nothing, in no colour. */
function mappingsOfNothing({ kind, noValue, states = [] }: Panel): dashboard.ValueMapping[] {
  const { NullAndNan, Empty } = dashboard.SpecialValueMatch;
  const special = (
    match: dashboard.SpecialValueMatch,
    text: string,
    color: string,
  ): dashboard.ValueMapping => ({
    type: dashboard.MappingType.SpecialValue,
    options: { match, result: { text, color, index: states.length } },
  });
  if (kind === 'stat')
    return [special(NullAndNan, noValue, colourOf(noValue === UNSCRAPED ? 'warn' : 'sound'))];
  const inCells = kind === 'table' || kind === 'matrix';
  return inCells ? [special(NullAndNan, '–', 'transparent'), special(Empty, '–', 'transparent')] : [];
}

/** A link as a value carries it: it opens in place, since it leads on and the browser leads back. */
export function dataLinkOf({ title, url }: Link): Builder<dashboard.DashboardLink> {
  // The builder would add what only the links at the top of a page have, and Grafana ignores here.
  return { build: () => ({ title, url, targetBlank: false }) as dashboard.DashboardLink };
}
