/** A series at a moment: its labels, with its name as `__name__`, and its value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * How two tellings of the same series differ, whatever way they came. A sum of seconds may differ in its last digits:
 * they depend on the order of the addition, and OpenTelemetry adds up first what came since the last collection.
 */
export function differencesOf(one: readonly Series[], other: readonly Series[]): string[] {
  const [left, right] = [valuesOf(one), valuesOf(other)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const [a, b] = [left.get(name), right.get(name)];
    const areSame = a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-9 * Math.abs(a);
    return areSame ? [] : [`${name}: ${a ?? 'absent'}, ${b ?? 'absent'}`];
  });
}

function valuesOf(series: readonly Series[]): Map<string, number> {
  return new Map(series.map(({ labels, value }) => [textOf(labels), value]));
}

/** The series without those of histograms that have observed nothing: OpenTelemetry tells none of them. */
export function observedOf(series: readonly Series[]): Series[] {
  const empty = new Set(
    series
      .filter(({ labels, value }) => labels['__name__']?.endsWith('_count') === true && value === 0)
      .map(histogramOf),
  );
  return series.filter((each) => !empty.has(histogramOf(each)));
}

function histogramOf({ labels: { le: _le, __name__: name = '', ...labels } }: Series): string {
  return textOf({ ...labels, __name__: name.replace(/_(bucket|sum|count)$/, '') });
}

/** As PromQL writes it, without what tells by which way it came. */
function textOf({
  __name__: name = '',
  job: _job,
  instance: _instance,
  ...labels
}: Series['labels']): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((label) => `${label}="${label === 'le' ? boundOf(labels[label]) : labels[label]}"`);
  return `${name}{${pairs.join()}}`;
}

/** Prometheus 3 writes whole bounds `1.0` when they are scraped, and `1` when they are pushed. */
function boundOf(le = ''): string {
  return le === '+Inf' ? le : String(Number(le));
}
