import { FieldColorModeId } from '@grafana/data';
import { TableCellDisplayMode, TableCellHeight } from '@grafana/schema';
import { TableNG } from '@grafana/ui/unstable';
import type { PanelKind, PanelProps } from './kind.ts';

interface TableOptions {
  readonly frameIndex: number;
  readonly showHeader: boolean;
  readonly cellHeight: TableCellHeight;
  readonly sortBy?: { displayName: string; desc?: boolean }[];
}

const defaults: TableOptions = { frameIndex: 0, showHeader: true, cellHeight: TableCellHeight.Sm };

/** Rows and columns. */
export const table: PanelKind = {
  Component: TablePanel,
  fieldDefaults: {
    color: { mode: FieldColorModeId.Thresholds },
    custom: { align: 'auto', cellOptions: { type: TableCellDisplayMode.Auto }, inspect: false },
  },
};

function TablePanel({ frames, fieldConfig, width, height, timeRange, ...props }: PanelProps) {
  const { frameIndex, showHeader, cellHeight, sortBy } = { ...defaults, ...props.options };
  const frame = frames[frameIndex] ?? frames[0];
  if (frame === undefined) return null;
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      noHeader={!showHeader}
      cellHeight={cellHeight}
      fieldConfig={fieldConfig}
      timeRange={timeRange}
      structureRev={1}
      enableVirtualization={false}
      {...(sortBy && { sortBy })}
    />
  );
}
