import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { labelIn, type Vector } from '../promql.ts';

/**
 * The one place that knows Grafana. It mends what the library's defaults leave out: legends are off, a stat reduces
 * its series to nothing, panels have no ids, and variables are never asked for again.
 */

/** One query of a panel, and what its lines are called. */
export interface Line {
  readonly promql: string;
  readonly legend: string;
}

/** A query whose lines are called by words, by the values of labels, or both. */
export function line<Label extends string>(
  vector: Vector<Label>,
  words: string,
  ...labels: NoInfer<Label>[]
): Line {
  const parts = labels.map((label) => `{{${labelIn(vector, label)}}}`);
  return { promql: vector.promql, legend: [...(words === '' ? [] : [words]), ...parts].join(' ') };
}

/** What every panel says of itself. */
export interface PanelText {
  readonly title: string;
  /** What is shown, and when to worry. */
  readonly description: string;
  /** A unit id of Grafana's, as listed by its foundation SDK. */
  readonly unit: string;
  readonly width: number;
  /** Digits behind the point, where Grafana's choice would mislead: a count of cases is extrapolated. */
  readonly decimals?: number;
  /** From these values on it is yellow or red; without them it stays green. */
  readonly warnFrom?: number;
  readonly alarmFrom?: number;
  /** What stands there while nothing has happened that could be shown. */
  readonly noValue?: string;
  /** What stands there for 0, where that means "not known". */
  readonly zero?: string;
  readonly lines: readonly Line[];
}

/** A panel of one of the two kinds in use. */
export type Panel = PanelText & { readonly kind: 'stat' | 'lines' | 'bars' };

/** A row with a heading, and the panels under it. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A drop-down at the top of the page. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly values:
    | { readonly ofLabel: string; readonly in: Vector }
    | { readonly ofLabel: string; readonly resultOf: Vector };
}

/** What makes up a page. */
export interface Page {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** The page in Grafana's classic JSON, as files are provisioned. */
export function jsonOf(page: Page): string {
  const builder = new dashboard.DashboardBuilder(page.title)
    .uid(page.uid)
    .description(page.description)
    .tags([...page.tags])
    .timezone('browser')
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .annotations([])
    .withVariable(
      new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    );
  for (const variable of page.variables) builder.withVariable(variableOf(variable));
  for (const row of page.rows) {
    builder.withRow(new dashboard.RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panelOf(panel));
  }
  const built = builder.build();
  const panels = built.panels?.map((panel, index) => ({ ...panel, id: index + 1 }));
  return `${JSON.stringify({ ...built, panels }, undefined, 2)}\n`;
}

/** Grafana's numbers for the kinds of query that fill a variable. */
const LABEL_VALUES = 1;
const QUERY_RESULT = 3;

function variableOf({ name, label, description, values }: Variable): Builder<dashboard.VariableModel> {
  const asked =
    'in' in values
      ? {
          qryType: LABEL_VALUES,
          query: `label_values(${values.in.promql}, ${labelIn(values.in, values.ofLabel)})`,
        }
      : { qryType: QUERY_RESULT, query: `query_result(${values.resultOf.promql})` };
  const builder = new dashboard.QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATASOURCE)
    .query({ ...asked, refId: name })
    .definition(asked.query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    // oxlint-disable-next-line unicorn/no-array-sort -- a builder, not an array
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
  return 'in' in values ? builder : builder.regex(`/${labelIn(values.resultOf, values.ofLabel)}="([^"]+)"/`);
}

function panelOf(panel: Panel): Builder<dashboard.Panel> {
  return panel.kind === 'stat' ? statOf(panel) : timeseriesOf(panel);
}

function statOf(panel: Panel): Builder<dashboard.Panel> {
  const reduced = new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
  const builder = new StatBuilder()
    .height(6)
    .reduceOptions(reduced)
    .colorMode(
      panel.alarmFrom === undefined ? common.BigValueColorMode.None : common.BigValueColorMode.Background,
    )
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.ValueAndName);
  return described(builder, panel);
}

function timeseriesOf(panel: Panel): Builder<dashboard.Panel> {
  const legend = new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .calcs([]);
  const tooltip = new common.VizTooltipOptionsBuilder()
    .mode(common.TooltipDisplayMode.Multi)
    // oxlint-disable-next-line unicorn/no-array-sort -- a builder, not an array
    .sort(common.SortOrder.Descending);
  const bars = panel.kind === 'bars';
  const builder = new TimeseriesBuilder()
    .height(8)
    .legend(legend)
    .tooltip(tooltip)
    .min(0)
    .showPoints(common.VisibilityMode.Auto)
    .drawStyle(bars ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .fillOpacity(bars ? 80 : 10)
    .stacking(
      new common.StackingConfigBuilder().mode(bars ? common.StackingMode.Normal : common.StackingMode.None),
    );
  const steps = panel.warnFrom !== undefined || panel.alarmFrom !== undefined;
  const style = new common.GraphThresholdsStyleConfigBuilder().mode(
    steps ? common.GraphThresholdsStyleMode.Dashed : common.GraphThresholdsStyleMode.Off,
  );
  return described(builder.thresholdsStyle(style), panel);
}

/** What the builders of all kinds of panel have in common. */
interface AnyPanelBuilder extends Builder<dashboard.Panel> {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: common.DataSourceRef): this;
  unit(unit: string): this;
  span(width: number): this;
  noValue(text: string): this;
  mappings(mappings: dashboard.ValueMapping[]): this;
  decimals(digits: number): this;
  thresholds(thresholds: Builder<dashboard.ThresholdsConfig>): this;
  withTarget(target: Builder<Dataquery>): this;
}

function described(builder: AnyPanelBuilder, panel: Panel): Builder<dashboard.Panel> {
  builder.title(panel.title).description(panel.description).datasource(DATASOURCE);
  builder.unit(panel.unit).span(panel.width).thresholds(thresholdsOf(panel));
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.noValue !== undefined) builder.noValue(panel.noValue);
  if (panel.zero !== undefined)
    builder.mappings([{ type: dashboard.MappingType.ValueToText, options: { 0: { text: panel.zero } } }]);
  panel.lines.forEach(({ promql, legend }, index) => {
    const query = new DataqueryBuilder().datasource(DATASOURCE).expr(promql).legendFormat(legend);
    query.refId(String.fromCodePoint(65 + index));
    builder.withTarget(panel.kind === 'stat' ? query.instant() : query.range());
  });
  return builder;
}

function thresholdsOf({ warnFrom, alarmFrom }: Panel): Builder<dashboard.ThresholdsConfig> {
  const steps: dashboard.Threshold[] = [{ value: null, color: 'green' }];
  if (warnFrom !== undefined) steps.push({ value: warnFrom, color: 'yellow' });
  if (alarmFrom !== undefined) steps.push({ value: alarmFrom, color: 'red' });
  return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps);
}
