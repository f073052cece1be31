import {
  createTheme,
  dateTime,
  FieldType,
  ThresholdsMode,
  type DataFrame,
  type DataTransformerConfig,
  type FieldConfigSource,
  type GrafanaTheme2,
  type ThresholdsConfig,
  type TimeRange,
} from '@grafana/data';
import { withFieldConfig } from './field-config.ts';
import { framesOf } from './frames.ts';
import { kinds } from './panels/index.ts';
import type { PanelKind } from './panels/kind.ts';
import type { Panel, Preview } from './preview.ts';
import { transformed } from './transformations.ts';

/** What all panels of a picture share. */
export interface Scene {
  readonly theme: GrafanaTheme2;
  readonly timeRange: TimeRange;
  readonly replaceVariables: (text: string) => string;
}

/** A panel with all that its component needs. */
export interface Drawable {
  readonly panel: Panel;
  /** Undefined where npm has no component for it. */
  readonly kind: PanelKind | undefined;
  readonly frames: DataFrame[];
  readonly fieldConfig: FieldConfigSource;
}

/** The scene of a picture. */
export function sceneOf({ theme, from, to, variables }: Preview): Scene {
  const [start, end] = [dateTime(from), dateTime(to)];
  return {
    theme: createTheme({ colors: { mode: theme } }),
    timeRange: { from: start, to: end, raw: { from: start, to: end } },
    replaceVariables: (text) =>
      text.replaceAll(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (whole, braced?: string, bare?: string) => {
        return variables[braced ?? bare ?? ''] ?? whole;
      }),
  };
}

/** Takes a panel from the answers to its queries to what is drawn, in the order in which Grafana does. */
export async function drawableOf(panel: Panel, { answers }: Preview, scene: Scene): Promise<Drawable> {
  const kind = kinds.get(panel.type);
  const fieldConfig = fieldConfigOf(panel, kind);
  const own = answers.filter((answer) => answer.panel === panel.id);
  const raw = own.flatMap((answer) => {
    const target = panel.targets?.find(({ refId }) => refId === answer.refId);
    return target === undefined ? [] : framesOf(target, answer, own.length);
  });
  const reshaped = await transformed(raw, (panel.transformations ?? []) as DataTransformerConfig[]);
  const frames = withFieldConfig(reshaped, fieldConfig, scene.theme, scene.replaceVariables);
  return { panel, kind, fieldConfig, frames: frames.filter(isOfUse) };
}

/** The thresholds of a panel that has none of its own. */
const thresholds: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 80, color: 'red' },
  ],
};

function fieldConfigOf({ fieldConfig }: Panel, kind: PanelKind | undefined): FieldConfigSource {
  const { defaults = {}, overrides = [] }: Partial<FieldConfigSource> = fieldConfig ?? {};
  const custom = { ...(kind?.fieldDefaults.custom as object), ...(defaults.custom as object) };
  return { defaults: { thresholds, ...kind?.fieldDefaults, ...defaults, custom }, overrides };
}

function isOfUse({ length, fields }: DataFrame): boolean {
  return length > 0 && fields.some(({ type }) => type !== FieldType.time);
}
