import type {
  DataFrame,
  FieldConfigSource,
  GrafanaTheme2,
  InterpolateFunction,
  TimeRange,
} from '@grafana/data';
import type { FunctionComponent } from 'react';

/** What a panel draws: Grafana's frames with the field options applied, and the room it has. */
export interface PanelProps {
  readonly frames: DataFrame[];
  readonly options: object;
  readonly fieldConfig: FieldConfigSource;
  readonly width: number;
  readonly height: number;
  readonly timeRange: TimeRange;
  readonly theme: GrafanaTheme2;
  readonly replaceVariables: InterpolateFunction;
}

/** A kind of panel whose component is in npm. */
export interface PanelKind {
  readonly Component: FunctionComponent<PanelProps>;
  /** What Grafana assumes where the JSON of a panel is silent. */
  readonly fieldDefaults: FieldConfigSource['defaults'];
  /** Whether it has something to show when there are no frames; else Grafana says so in its place. */
  readonly drawsEmpty?: boolean;
}
