import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as HistoryBuilder } from '@grafana/grafana-foundation-sdk/statushistory';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import {
  DATASOURCE,
  dataLinkOf,
  mappingsOf,
  queryOf,
  stepsOf,
  type AnyPanelBuilder,
} from './grafana-fields.ts';
import { matrixOf, tableOf } from './grafana-tables.ts';
import { colourOf, descriptionOf, linesOf, type Panel, type SeriesPanel } from './page.ts';

/** The panel as Grafana wants it. */
export function panelOf(panel: Panel): Builder<dashboard.Panel> {
  const builder = builderOf(panel);
  builder.title(panel.title).description(descriptionOf(panel)).datasource(DATASOURCE);
  builder.unit(panel.unit).span(panel.width).noValue(panel.noValue);
  builder.mappings(mappingsOf(panel));
  builder.colorScheme({ build: () => ({ mode: colourModeOf(panel) }) });
  builder.thresholds({ build: () => stepsOf(panel.bounds) });
  if (panel.height !== undefined) builder.height(panel.height);
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.links !== undefined) builder.dataLinks(panel.links.map(dataLinkOf));
  linesOf(panel).forEach((line, index) => builder.withTarget(queryOf(panel.kind, line, index)));
  return builder;
}

/** Lines are told apart by their colours, shares are shaded, and all else is judged by them. */
function colourModeOf({ kind, states }: Panel): dashboard.FieldColorModeId {
  const { ContinuousBlues, PaletteClassic, Thresholds } = dashboard.FieldColorModeId;
  if (kind === 'matrix' && states === undefined) return ContinuousBlues;
  return kind === 'lines' || kind === 'bars' ? PaletteClassic : Thresholds;
}

function builderOf(panel: Panel): AnyPanelBuilder {
  switch (panel.kind) {
    case 'stat':
      return statOf(panel);
    case 'history':
      return historyOf();
    case 'heatmap':
      return heatmapOf(panel);
    case 'table':
      return tableOf(panel);
    case 'matrix':
      return matrixOf(panel);
    default:
      return timeseriesOf(panel);
  }
}

function statOf({ bounds, states = [], moods = {} }: SeriesPanel): AnyPanelBuilder {
  const reduced = new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
  const coloured = bounds ?? states.find(({ mood }) => mood !== undefined) ?? Object.keys(moods).at(0);
  const builder = new StatBuilder();
  for (const [name, mood] of Object.entries(moods))
    builder.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor: colourOf(mood) } }]);
  return builder
    .height(5)
    .reduceOptions(reduced)
    .colorMode(coloured === undefined ? common.BigValueColorMode.None : common.BigValueColorMode.Background)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.ValueAndName);
}

/**
 * What happened is shown in bars, and in few of them. An increase looks back over four scrapes at least: in narrower
 * bars each event would stand in several. A minimum by `$__rate_interval` would lose what falls between two windows.
 */
const BARS = 60;
const NARROWEST_BAR = '1m';

/** Series are there from the start, at 0; those that stay there need no name. */
const STAYED_AT_ZERO: dashboard.MatcherConfig = {
  id: 'byValue',
  options: { reducer: 'allIsZero', op: 'gte', value: 0 },
};

function timeseriesOf(panel: SeriesPanel): AnyPanelBuilder {
  const { kind, bounds, unit } = panel;
  const bars = kind === 'bars';
  const style = new common.GraphThresholdsStyleConfigBuilder().mode(
    bounds === undefined ? common.GraphThresholdsStyleMode.Off : common.GraphThresholdsStyleMode.Dashed,
  );
  const builder = new TimeseriesBuilder().height(8);
  // Cases are whole, though an increase is extrapolated.
  if (bars) builder.maxDataPoints(BARS).interval(NARROWEST_BAR).decimals(0);
  // Where nothing is, an axis up to 100 would make much of it.
  if (bars || unit === 'none') builder.axisSoftMax(1);
  return builder
    .legend(legendOf(panel))
    .tooltip(tooltipOfAll())
    .min(0)
    .showPoints(common.VisibilityMode.Auto)
    .drawStyle(bars ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .fillOpacity(bars ? 80 : 10)
    .stacking(
      new common.StackingConfigBuilder().mode(bars ? common.StackingMode.Normal : common.StackingMode.None),
    )
    .thresholdsStyle(style)
    .withOverride({
      matcher: STAYED_AT_ZERO,
      properties: [{ id: 'custom.hideFrom', value: { legend: true, tooltip: true, viz: false } }],
    });
}

/** A state is told by its colour: there is no room for words in a hundred points. */
function historyOf(): AnyPanelBuilder {
  return new HistoryBuilder()
    .height(8)
    .legend(legendBelow())
    .tooltip(tooltipOfAll())
    .showValue(common.VisibilityMode.Never)
    .rowHeight(0.9)
    .fillOpacity(70)
    .lineWidth(1)
    .maxDataPoints(100);
}

function heatmapOf({ unit }: SeriesPanel): AnyPanelBuilder {
  const colour = new heatmap.HeatmapColorOptionsBuilder()
    .mode(heatmap.HeatmapColorMode.Scheme)
    .scheme('Oranges')
    .steps(64);
  return new heatmap.PanelBuilder()
    .height(8)
    .color(colour)
    .yAxis(new heatmap.YAxisConfigBuilder().unit(unit))
    .tooltip(new heatmap.HeatmapTooltipBuilder().mode(common.TooltipDisplayMode.Single).yHistogram(true))
    .showLegend();
}

/** The label of which there are most, and how wide a graph must be to have their names at its side. */
const MANY = '{{target}}';
const WIDE = 9;

/** Many names below a graph would take its height, and beside a narrow one its width. */
function legendOf({ width, lines }: SeriesPanel): Builder<common.VizLegendOptions> {
  const many = lines.some(({ legend }) => legend.includes(MANY));
  return many && width >= WIDE ? legendBeside() : legendBelow();
}

function legendBeside(): Builder<common.VizLegendOptions> {
  return new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Right)
    .calcs([]);
}

function legendBelow(): Builder<common.VizLegendOptions> {
  return new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .calcs([]);
}

function tooltipOfAll(): Builder<common.VizTooltipOptions> {
  const builder = new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi);
  // oxlint-disable-next-line unicorn/no-array-sort -- a builder, not an array
  return builder.sort(common.SortOrder.Descending);
}
