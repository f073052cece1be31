import { canOccur, CLOSED_LABELS, type LabelName } from './labels.ts';
import type { Metric } from './metric.ts';

/** The values of the labels that only an observer knows. */
export interface Dimensions {
  readonly vantages: readonly string[];
  /** The names a target may have. Of several the last is always `other`; a single one takes everything. */
  readonly targets: readonly string[];
  /** The tools told by name; any other is `other`. Default: none. */
  readonly tools?: readonly string[];
  readonly version: string;
}

/** The labels of one series. What does not apply to it is left out. */
export type Labels = Readonly<Record<string, string>>;

/** Where one series is kept. */
export interface Place {
  /** Where its numbers begin. */
  readonly at: number;
  readonly labels: Labels;
}

/** The numbers of one metric, side by side: `width` of them for each series. */
export interface Column {
  readonly values: Float64Array;
  /** Numbers kept for a series: one, or a bucket each, the one without bound, and the sum. */
  readonly width: number;
  /** The place of a series. A value that is not on its label's list counts as the list's last. */
  place(labels: readonly string[]): Place;
  readonly places: readonly Place[];
  /** How many places there can ever be. */
  readonly ceiling: number;
}

/** The labels of what there was no room for, as OpenTelemetry's SDKs tell it (`otel.metric.overflow`). */
export const OVERFLOW: Labels = Object.freeze({ otel_metric_overflow: 'true' });

/** Makes the {@link Column} of a metric: every possible place at once, or where those are too many, each when needed. */
export function columnOf(metric: Metric, dimensions: Dimensions): Column {
  const width = metric.type === 'histogram' ? metric.buckets.length + 2 : 1;
  if (!metric.vantages.some((vantage) => dimensions.vantages.includes(vantage))) return unseen(width);
  const grid = gridOf(metric.labels, dimensions);
  const { limit = grid.size } = metric;
  return grid.size > limit ? sparse(metric, grid, limit, width) : dense(grid, width);
}

/** All combinations of label values, numbered. */
interface Grid {
  readonly size: number;
  /** The number of a combination. */
  indexOf(labels: readonly string[]): number;
  labelsAt(index: number): Labels;
}

function gridOf(names: readonly LabelName[], dimensions: Dimensions): Grid {
  const lists = names.map((label) => valuesOf(label, dimensions));
  const positions = lists.map((list) => new Map(list.map((value, i) => [value, i])));
  return {
    size: lists.reduce((product, list) => product * list.length, 1),
    indexOf(labels) {
      let index = 0;
      for (let i = 0; i < labels.length; i++) {
        const { length } = lists[i] as readonly string[];
        const position = (positions[i] as Map<string, number>).get(labels[i] as string);
        index = index * length + (position ?? length - 1);
      }
      return index;
    },
    labelsAt(index) {
      let rest = index;
      const pairs: [string, string][] = [];
      for (let i = names.length - 1; i >= 0; i--) {
        const list = lists[i] as readonly string[];
        pairs.unshift([names[i] as string, list[rest % list.length] as string]);
        rest = Math.floor(rest / list.length);
      }
      return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
    },
  };
}

/** The column of what cannot be seen from here: whatever is counted, there are no series. */
function unseen(width: number): Column {
  const nowhere = { at: 0, labels: OVERFLOW };
  return { values: new Float64Array(width), width, place: () => nowhere, places: [], ceiling: 0 };
}

function dense(grid: Grid, width: number): Column {
  const all = Array.from({ length: grid.size }, (_, i) => ({ at: i * width, labels: grid.labelsAt(i) }));
  const places = all.filter(({ labels }) => canOccur(labels));
  return {
    values: new Float64Array(grid.size * width),
    width,
    place: remembering((labels) => all[grid.indexOf(labels)] as Place),
    places,
    ceiling: places.length,
  };
}

function sparse(metric: Metric, grid: Grid, limit: number, width: number): Column {
  const known = new Map<number, Place>();
  const places: Place[] = [];
  let values = new Float64Array(16 * width);
  let room = Infinity;
  let overflow: Place | undefined;

  function newPlace(labels: Labels): Place {
    const place = { at: places.length * width, labels };
    if (place.at + width > values.length) {
      const longer = new Float64Array(values.length * 2);
      longer.set(values);
      values = longer;
    }
    places.push(place);
    return place;
  }

  function placeAt(index: number): Place {
    const place = known.get(index);
    if (place !== undefined) return place;
    if (room === 0) return (overflow ??= newPlace(OVERFLOW));
    room--;
    const begun = newPlace(grid.labelsAt(index));
    known.set(index, begun);
    return begun;
  }

  if (metric.bornAtZero) {
    for (let i = 0; i < grid.size; i++) {
      // What failed is told apart from the moment it does.
      if (!('error_type' in grid.labelsAt(i))) placeAt(i);
    }
  }
  room = limit;
  const ceiling = places.length + limit + 1;
  return {
    get values() {
      return values;
    },
    width,
    place: remembering((labels) => placeAt(grid.indexOf(labels))),
    places,
    ceiling,
  };
}

/** What is counted was mostly counted just before: comparing is cheaper than looking up. */
function remembering(find: (labels: readonly string[]) => Place): Column['place'] {
  let latest: readonly string[] | undefined;
  let latestPlace: Place | undefined;
  return (labels) => {
    if (latestPlace === undefined || latest === undefined || !isSame(labels, latest)) {
      latestPlace = find(labels);
      latest = labels;
    }
    return latestPlace;
  };
}

function isSame(labels: readonly string[], others: readonly string[]): boolean {
  for (let i = 0; i < labels.length; i++) if (labels[i] !== others[i]) return false;
  return true;
}

function valuesOf(label: LabelName, dimensions: Dimensions): readonly string[] {
  if (label === 'vantage') return dimensions.vantages;
  if (label === 'version') return [dimensions.version];
  if (label === 'target') return targetsOf(dimensions.targets);
  if (label === 'gen_ai_tool_name') return ['', ...new Set(dimensions.tools), 'other'];
  return CLOSED_LABELS[label];
}

function targetsOf(targets: readonly string[]): readonly string[] {
  return targets.length < 2 ? targets : [...targets.filter((target) => target !== 'other'), 'other'];
}
