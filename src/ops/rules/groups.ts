import type { RecordingRule, RuleFile } from './definition.ts';
import { definitions } from './definitions.ts';
import { recordingsOf, rulesOf, type AlertRule } from './render.ts';
import type { Values } from './values.ts';

/** A group of rules, which Prometheus evaluates together and in order. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (AlertRule | RecordingRule)[];
}

const FILES: readonly RuleFile[] = [...new Set(definitions.map(({ file }) => file))];

/** Every rule with these values, by the file in which it is shipped. Each file is one group, named as the file. */
export function ruleFiles(values: Values): ReadonlyMap<RuleFile, RuleGroup> {
  return new Map(FILES.map((file) => [file, groupOf(file, values)] as const));
}

function groupOf(file: RuleFile, values: Values): RuleGroup {
  const shipped = definitions.filter((definition) => definition.file === file);
  return {
    name: file.replace('.yaml', ''),
    rules: [
      ...shipped.flatMap((definition) => recordingsOf(definition, values)),
      ...shipped.flatMap((definition) => rulesOf(definition, values)),
    ],
  };
}
