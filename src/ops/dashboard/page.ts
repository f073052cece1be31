import { metricList } from '../../signals/index.ts';
import { labelIn, type Vector } from '../promql/index.ts';

/** What a dashboard is made of, as plain values; `grafana.ts` makes Grafana's JSON of it. */

/** One query of a panel, and what its series are called. */
export interface Line {
  readonly promql: string;
  /** The labels that its series have. */
  readonly labels: readonly string[];
  readonly legend: string;
  /** Whether single values point to the traces they came from. */
  readonly exemplars: boolean;
}

/** A query whose series are called by words, by the values of labels, or both. */
export function line<Label extends string>(
  vector: Vector<Label>,
  words: string,
  ...labels: NoInfer<Label>[]
): Line {
  const parts = labels.map((label) => `{{${labelIn(vector, label)}}}`);
  const { promql } = vector;
  return {
    promql,
    labels: vector.labels,
    legend: [...(words === '' ? [] : [words]), ...parts].join(' '),
    exemplars: metricList.some(({ name, exemplars }) => exemplars && promql.includes(name)),
  };
}

/** Where a click leads. */
export interface Link {
  readonly title: string;
  readonly url: string;
}

/** Green, yellow, red. */
export type Mood = 'sound' | 'warn' | 'alarm';

/** From which value on a figure is yellow or red, or, where more is better, green. */
export interface Bounds {
  /** What it is below the first step. */
  readonly base: Mood;
  readonly steps: readonly { readonly from: number; readonly mood: Mood }[];
  /** Why there. It ends the description of the panel. */
  readonly because: string;
}

/** A value that has a name. */
export interface State {
  readonly value: number;
  readonly text: string;
  readonly mood?: Mood;
}

/**
 * What every panel says of itself. One without bounds is never red: what is normal there differs from place to
 * place, and the alerts compare it with its own past.
 */
export interface PanelText {
  readonly title: string;
  /** What is shown, and what it means. */
  readonly description: string;
  /** A unit id of Grafana's, as listed by its foundation SDK. */
  readonly unit: string;
  /** Of the 24 columns of a page. */
  readonly width: number;
  /** In rows of the grid, where the usual height of its kind will not do. */
  readonly height?: number;
  /** What stands there while nothing has happened that could be shown. */
  readonly noValue: string;
  /** Digits behind the point, where Grafana's choice would mislead: a count of cases is extrapolated. */
  readonly decimals?: number;
  readonly bounds?: Bounds;
  readonly states?: readonly State[];
  readonly links?: readonly Link[];
}

/** Figures, lines, bars on top of each other, the states of each series over time, or how values are spread over time. */
export interface SeriesPanel extends PanelText {
  readonly kind: 'stat' | 'lines' | 'bars' | 'history' | 'heatmap';
  readonly lines: readonly Line[];
  /** Colours of series by name, where that says how bad it is, and not the number. */
  readonly moods?: Readonly<Record<string, Mood>>;
}

/** A column of a table that holds the value of a label. */
export interface Column {
  readonly label: string;
  readonly heading: string;
  readonly links?: readonly Link[];
}

/** A column of a table that holds a number; its line is called as its heading is. */
export interface Figure {
  readonly line: Line;
  readonly unit: string;
  readonly decimals?: number;
  readonly bounds?: Bounds;
}

/** A table of what is so now: a row for each set of labels, the greatest of the first figure first. */
export interface TablePanel extends PanelText {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  readonly figures: readonly Figure[];
}

/** A table with a label down the side and another along the top. */
export interface MatrixPanel extends PanelText {
  readonly kind: 'matrix';
  readonly down: string;
  readonly across: string;
  /** What stands over the labels at the side. */
  readonly heading: string;
  /** A pattern for labels at the top that are too long: its first group is what is shown. */
  readonly shortened?: string;
  readonly line: Line;
}

/** A panel of one of the kinds in use. */
export type Panel = SeriesPanel | TablePanel | MatrixPanel;

/** A row with a heading, and the panels under it. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** It is there once for each value of this variable. */
  readonly repeat?: string;
}

/** Something that is chosen at the top of the page, or written there. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** Whether every series has the label. What is told as one for lack of room has none of ours. */
  readonly everywhere?: true;
  readonly values:
    | { readonly ofLabel: string; readonly in: Vector }
    | { readonly ofLabel: string; readonly resultOf: Vector }
    /** Whatever is written into it, at first this. */
    | { readonly written: string };
}

/** Something that is marked in all graphs when it happened. */
export interface Mark {
  readonly name: string;
  readonly colour: string;
  readonly vector: Vector;
  readonly title: string;
  readonly text: string;
}

/** What makes up a dashboard. */
export interface Page {
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly description: string;
  /** How far back it looks at first, as a duration of Grafana. */
  readonly shows: string;
  readonly variables: readonly Variable[];
  readonly marks: readonly Mark[];
  readonly rows: readonly Row[];
}

/** What stands where there are always figures, if only zeros, when there are none: all may be well, or nothing. */
export const UNSCRAPED = 'no data: is the job scraped?';

/** All that a panel asks for. */
export function linesOf(panel: Panel): readonly Line[] {
  if (panel.kind === 'table') return panel.figures.map(({ line: asked }) => asked);
  return panel.kind === 'matrix' ? [panel.line] : panel.lines;
}

const COLOURS = { sound: 'green', warn: 'yellow', alarm: 'red' } as const;

/** The colour by which a mood is shown. */
export function colourOf(mood: Mood): string {
  return COLOURS[mood];
}

/** One of what was counted: `increase` extrapolates, so that one reads as a little more than 1 or less. */
export const ONE = 0.5;

/** Bounds of what is bad when there is much of it. */
export function badFrom(from: { warn?: number; alarm?: number }, because: string): Bounds {
  const steps: Bounds['steps'] = [
    ...(from.warn === undefined ? [] : [{ from: from.warn, mood: 'warn' as const }]),
    ...(from.alarm === undefined ? [] : [{ from: from.alarm, mood: 'alarm' as const }]),
  ];
  return { base: 'sound', steps, because };
}

/** Bounds of what is good when there is much of it: red, and green from there on. */
export function goodFrom(from: number, because: string): Bounds {
  return { base: 'alarm', steps: [{ from, mood: 'sound' }], because };
}

/** The description of a panel, and what its colours mean. */
export function descriptionOf(panel: Panel): string {
  const figures = panel.kind === 'table' ? panel.figures : [];
  const coloured = figures.flatMap(({ bounds, unit, line: { legend } }) =>
    bounds === undefined ? [] : [`${legend} is ${meaningOf(bounds, unit)}`],
  );
  const own = panel.bounds === undefined ? [] : [capital(meaningOf(panel.bounds, panel.unit))];
  return [panel.description, ...own, ...coloured].join(' ');
}

function meaningOf({ steps, because }: Bounds, unit: string): string {
  const colours = steps.map(({ from, mood }) => `${colourOf(mood)} from ${written(from, unit)}`);
  return `${colours.join(', ')}: ${because}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function written(value: number, unit: string): string {
  if (value === ONE) return 'one';
  if (unit === 'percentunit') return `${Math.round(value * 100)} %`;
  if (unit !== 's') return String(value);
  return value % 3600 === 0 ? `${value / 3600} h` : `${value} s`;
}
