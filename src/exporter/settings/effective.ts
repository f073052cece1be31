import type { z } from 'zod';
import { aboutOf, bare, schemaIn } from './about.ts';
import { isMapping } from './given.ts';
import { HIDDEN } from './kinds.ts';
import { settingsSchema, type Settings } from './schema.ts';
import { yaml } from './yaml.ts';

/** The settings with all their defaults, as a file that says the same; secrets are hidden. */
export function effectiveText(settings: Settings): string {
  return yaml().stringify(withoutSecrets(settings, settingsSchema), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

function withoutSecrets(value: unknown, schema: z.ZodType | undefined): unknown {
  if (schema !== undefined && aboutOf(schema)?.secret) return isMapping(value) ? hiddenValues(value) : HIDDEN;
  const within = (part: unknown, step: PropertyKey): unknown =>
    withoutSecrets(part, schema === undefined ? undefined : schemaIn(bare(schema), step));
  if (Array.isArray(value)) return value.map(within);
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, within(part, key)]));
}

/** The names are no secret: of headers, say. */
function hiddenValues(mapping: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(mapping).map((key) => [key, HIDDEN]));
}
