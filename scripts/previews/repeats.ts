import type { Dashboard, Panel, Variable } from '../../tools/dashboard-previews/src/preview.ts';

/** Answers an instant query: the labels of each series. */
export type Ask = (expr: string) => Promise<readonly Readonly<Record<string, string>>[]>;

/**
 * The dashboard with each row that repeats for the values of a variable drawn once, for the first of them: in Grafana
 * there is one for each. Without values the row is left out, as there.
 */
export async function withoutRepeats(dashboard: Dashboard, ask: Ask): Promise<Dashboard> {
  const panels: Panel[] = [];
  let standsFor = (panel: Panel): Panel[] => [panel];
  for (const panel of dashboard.panels) {
    if (panel.type === 'row') standsFor = await unrolled(panel, dashboard, ask);
    panels.push(...standsFor(panel));
  }
  return { ...dashboard, panels };
}

async function unrolled(
  { repeat }: Panel,
  { templating }: Dashboard,
  ask: Ask,
): Promise<(panel: Panel) => Panel[]> {
  if (repeat === undefined) return (panel) => [panel];
  const variable = templating?.list.find(({ name }) => name === repeat);
  if (variable === undefined) throw new Error(`a row repeats for "${repeat}", which is no variable`);
  const [value] = await valuesOf(variable, ask);
  return value === undefined ? () => [] : (panel) => [filledWith(panel, repeat, value)];
}

/** What a variable offers, in alphabetical order. Throws where it asks in a way that is not known here. */
async function valuesOf({ name, definition = '', regex = '' }: Variable, ask: Ask): Promise<string[]> {
  const [, result] = /^query_result\((.+)\)$/s.exec(definition) ?? [];
  const [, pattern] = /^\/(.+)\/$/.exec(regex) ?? [];
  if (result === undefined || pattern === undefined)
    throw new Error(`variable "${name}" must be query_result(...) with a regex, and is "${definition}"`);
  const texts = (await ask(result)).map(textOf);
  return texts.flatMap((text) => new RegExp(pattern).exec(text)?.[1] ?? []).toSorted();
}

/** A series as Grafana puts it before a variable's regex. */
function textOf(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;
}

function filledWith(panel: Panel, name: string, value: string): Panel {
  const fill = (text: string): string =>
    text.replaceAll(new RegExp(`\\$\\{${name}(:\\w+)?\\}|\\$${name}\\b`, 'g'), value);
  return {
    ...panel,
    title: fill(panel.title ?? ''),
    targets: (panel.targets ?? []).map((target) => ({ ...target, expr: fill(target.expr) })),
  };
}
