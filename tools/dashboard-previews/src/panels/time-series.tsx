import { FieldColorModeId, FieldType, type DataFrame, type Field, type FieldConfig } from '@grafana/data';
import {
  AxisPlacement,
  BarAlignment,
  GraphDrawStyle,
  GraphGradientMode,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LineInterpolation,
  ScaleDistribution,
  StackingMode,
  VisibilityMode,
  type GraphFieldConfig,
  type VizLegendOptions,
} from '@grafana/schema';
import { TimeSeries } from '@grafana/ui';
import type { PanelKind, PanelProps } from './kind.ts';

const custom: GraphFieldConfig = {
  drawStyle: GraphDrawStyle.Line,
  lineInterpolation: LineInterpolation.Linear,
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: GraphGradientMode.None,
  barAlignment: BarAlignment.Center,
  barWidthFactor: 0.6,
  showPoints: VisibilityMode.Auto,
  pointSize: 5,
  spanNulls: false,
  stacking: { mode: StackingMode.None, group: 'A' },
  axisPlacement: AxisPlacement.Auto,
  scaleDistribution: { type: ScaleDistribution.Linear },
  thresholdsStyle: { mode: GraphThresholdsStyleMode.Off },
};

const fieldDefaults: FieldConfig<GraphFieldConfig> = {
  color: { mode: FieldColorModeId.PaletteClassic },
  custom,
};

const legend: VizLegendOptions = {
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  showLegend: true,
  calcs: [],
};

/** Lines and bars over time. */
export const timeSeries: PanelKind = { Component: TimeSeriesPanel, fieldDefaults };

function TimeSeriesPanel({ frames, options, width, height, timeRange }: PanelProps) {
  const given = (options as { legend?: Partial<VizLegendOptions> }).legend;
  return (
    <TimeSeries
      frames={frames.map(graphable)}
      width={width}
      height={height}
      timeRange={timeRange}
      timeZone="utc"
      legend={{ ...legend, ...given }}
    />
  );
}

/**
 * What is no finite number, such as a quantile of nothing, is a gap: it would leave the axis without a scale. So is a
 * point that is missing. Grafana sees to both before its component, which would do so for the first series alone.
 */
function graphable(frame: DataFrame): DataFrame {
  const clock = frame.fields.find(({ type }) => type === FieldType.time);
  const points = pointsOf(clock?.values ?? [], clock?.config.interval ?? Infinity);
  const fields = frame.fields.map((field) => ({
    ...field,
    values: points.map(({ time, row }) => (field === clock ? time : valueAt(field, row))),
  }));
  return { ...frame, fields, length: points.length };
}

/** A moment, and the row that it has; where a point is missing it has none. */
interface Point {
  readonly time: number;
  readonly row?: number;
}

function pointsOf(times: readonly number[], interval: number): Point[] {
  return times.flatMap((time, row) => {
    const before = times[row - 1] ?? time;
    const length = Math.max(0, Math.round((time - before) / interval) - 1);
    const missing = Array.from({ length }, (_, i) => ({ time: before + (i + 1) * interval }));
    return [...missing, { time, row }];
  });
}

function valueAt({ type, values }: Field, row: number | undefined): unknown {
  const value: unknown = row === undefined ? null : values[row];
  return type === FieldType.number && !Number.isFinite(value) ? null : value;
}
