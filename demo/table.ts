import { compare, type Outcome } from './outcome.ts';
import type { Paint } from './voice.ts';

const HEADINGS = ['scenario', 'expected faults', 'found faults', 'exchanges', 'verdict'] as const;

/** The outcomes as a table, a fault a line, and below it what does not agree. */
export function tableOf(outcomes: readonly Outcome[], paint: Paint): string {
  const blocks = outcomes.map(cellsOf);
  const widths = HEADINGS.map((heading, i) =>
    Math.max(heading.length, ...blocks.flatMap((cells) => (cells[i] ?? []).map((line) => line.length))),
  );
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [paint('bold', row(HEADINGS)), widths.map((width) => '-'.repeat(width)).join('  ')];
  blocks.forEach((cells, i) => {
    const agrees = compare(outcomes[i] as Outcome).agrees;
    const height = Math.max(...cells.map((cell) => cell.length));
    for (let line = 0; line < height; line++) {
      lines.push(paint(agrees ? 'none' : 'red', row(cells.map((cell) => cell[line] ?? ''))));
    }
  });
  return [...lines, ...outcomes.flatMap(complaintsOf).map((line) => paint('red', line))].join('\n');
}

function cellsOf(outcome: Outcome): readonly (readonly string[])[] {
  const { scenario, found, exchanges, broken } = outcome;
  const verdict = compare(outcome).agrees ? 'as expected' : broken === undefined ? 'DIFFERS' : 'BROKEN';
  return [[scenario.name], orNone(scenario.expected), orNone(found), [String(exchanges)], [verdict]];
}

function orNone(ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? ['none'] : ids;
}

function complaintsOf(outcome: Outcome): string[] {
  const { missing, unexpected, agrees } = compare(outcome);
  if (agrees) return [];
  const { name, because } = outcome.scenario;
  return [
    '',
    `${name}: ${because}`,
    ...(outcome.broken === undefined ? [] : [`  the story broke off: ${outcome.broken}`]),
    ...(outcome.exchanges === 0 ? ['  nothing of it was seen'] : []),
    ...missing.map((id) => `  expected, not found: ${id}`),
    ...unexpected.map((id) => `  found, not expected: ${id}`),
  ];
}
