import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  Registry,
  type DataFrame,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
  type InterpolateFunction,
} from '@grafana/data';

/** The field options that every kind of panel has. Grafana registers them in its core, with their editors. */
const STANDARD = [
  'actions',
  'color',
  'decimals',
  'description',
  'displayName',
  'fieldMinMax',
  'filterable',
  'links',
  'mappings',
  'max',
  'min',
  'noValue',
  'thresholds',
  'unit',
];

/** The frames with the field options of a panel applied, and the overrides, by Grafana's own rules. */
export function withFieldConfig(
  frames: DataFrame[],
  fieldConfig: FieldConfigSource,
  theme: GrafanaTheme2,
  replaceVariables: InterpolateFunction,
): DataFrame[] {
  const configured = applyFieldOverrides({
    data: frames,
    fieldConfig,
    fieldConfigRegistry: registryOf(fieldConfig),
    replaceVariables,
    theme,
    timeZone: 'utc',
  });
  // Tables read the names of their columns from the cache alone.
  cacheFieldDisplayNames(configured);
  return configured;
}

/** The options that a kind of panel adds are those that its config names: their editors are of no use here. */
function registryOf({ defaults, overrides }: FieldConfigSource): Registry<FieldConfigPropertyItem> {
  const overridden = overrides.flatMap(({ properties }) => properties.map(({ id }) => id));
  const own = new Set([
    ...Object.keys((defaults.custom ?? {}) as object),
    ...overridden.filter((id) => id.startsWith('custom.')).map((id) => id.slice('custom.'.length)),
  ]);
  return new Registry<FieldConfigPropertyItem>(() => [
    ...STANDARD.map((path) => option(path, path, false)),
    ...[...own].map((path) => option(`custom.${path}`, path, true)),
  ]);
}

function option(id: string, path: string, isCustom: boolean): FieldConfigPropertyItem {
  return {
    id,
    path,
    isCustom,
    name: id,
    editor: () => null,
    override: () => null,
    process: (value: unknown) => value,
    shouldApply: () => true,
  };
}
