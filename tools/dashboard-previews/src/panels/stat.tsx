import {
  FieldColorModeId,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  ReducerID,
  VizOrientation,
  type DisplayValueAlignmentFactors,
  type FieldDisplay,
  type ReduceDataOptions,
} from '@grafana/data';
import {
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  VizRepeater,
  type VizRepeaterRenderValueProps,
} from '@grafana/ui';
import type { PanelKind, PanelProps } from './kind.ts';

interface StatOptions {
  readonly graphMode: BigValueGraphMode;
  readonly colorMode: BigValueColorMode;
  readonly justifyMode: BigValueJustifyMode;
  readonly textMode: BigValueTextMode;
  readonly wideLayout: boolean;
  readonly orientation: VizOrientation;
  readonly reduceOptions: ReduceDataOptions;
  readonly text?: { readonly titleSize?: number; readonly valueSize?: number };
}

const defaults: StatOptions = {
  graphMode: BigValueGraphMode.Area,
  colorMode: BigValueColorMode.Value,
  justifyMode: BigValueJustifyMode.Auto,
  textMode: BigValueTextMode.Auto,
  wideLayout: true,
  orientation: VizOrientation.Auto,
  reduceOptions: { values: false, calcs: [ReducerID.lastNotNull], fields: '' },
};

/** Big values, one for each series. */
export const stat: PanelKind = {
  Component: StatPanel,
  fieldDefaults: { color: { mode: FieldColorModeId.Thresholds } },
  drawsEmpty: true,
};

function valuesOf(
  { frames, fieldConfig, theme, replaceVariables }: PanelProps,
  { reduceOptions, graphMode }: StatOptions,
): FieldDisplay[] {
  return getFieldDisplayValues({
    data: frames,
    fieldConfig,
    reduceOptions,
    replaceVariables,
    sparkline: graphMode !== BigValueGraphMode.None,
    theme,
    timeZone: 'utc',
  });
}

function StatPanel(props: PanelProps) {
  const { frames, width, height, theme } = props;
  const options = { ...defaults, ...props.options };
  const big = (one: VizRepeaterRenderValueProps<FieldDisplay, DisplayValueAlignmentFactors>) => (
    <BigValue
      value={one.value.display}
      width={one.width}
      height={one.height}
      count={one.count}
      alignmentFactors={one.alignmentFactors}
      colorMode={options.colorMode}
      graphMode={options.graphMode}
      justifyMode={options.justifyMode}
      textMode={options.textMode}
      disableWideLayout={!options.wideLayout}
      theme={theme}
      {...(one.value.sparkline && { sparkline: one.value.sparkline })}
      {...(options.text && { text: options.text })}
    />
  );
  return (
    <VizRepeater
      getValues={() => valuesOf(props, options)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={big}
      width={width}
      height={height}
      source={frames}
      itemSpacing={3}
      renderCounter={0}
      autoGrid
      orientation={options.orientation}
    />
  );
}
