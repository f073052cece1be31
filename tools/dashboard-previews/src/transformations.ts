import {
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
  type DataFrame,
  type DataTransformerConfig,
  type DataTransformerInfo,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';

/** Makes Grafana's own transformations known, which its core does with their editors. */
export function registerTransformations(): void {
  // Some are listed under an older name too.
  const all = Object.values(standardTransformers) as DataTransformerInfo[];
  const known = new Map(all.map((info) => [info.id, info]));
  standardTransformersRegistry.setInit(() =>
    [...known.values()].map((info) => ({
      id: info.id,
      name: info.name,
      transformation: () => Promise.resolve(info),
      editor: () => null,
      imageDark: '',
      imageLight: '',
    })),
  );
}

/** The frames as the transformations of a panel leave them. Throws where one is not among those in npm. */
export function transformed(
  frames: DataFrame[],
  transformations: readonly DataTransformerConfig[],
): Promise<DataFrame[]> {
  for (const { id } of transformations)
    if (standardTransformersRegistry.getIfExists(id) === undefined)
      throw new Error(`The transformation "${id}" is not among those of @grafana/data`);
  const context = { interpolate: (text: string) => text };
  return firstValueFrom(transformDataFrame([...transformations], frames, context));
}
