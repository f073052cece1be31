import { either, unless } from './operators.ts';
import type { Series, Vector } from './selectors.ts';

/** What a vector did within a window, or was at another time. Windows are Prometheus durations or Grafana intervals. */

/** How much a counter grew within the window, which ended so long `ago`, extrapolated to all of it. */
export function increase<Label extends string>(
  counter: Series<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  return grownOver('increase', counter, window, ago);
}

/** How much a counter grew a second, on average over the window. */
export function rate<Label extends string>(counter: Series<Label>, window: string): Vector<Label> {
  return grownOver('rate', counter, window);
}

function grownOver<Label extends string>(
  name: string,
  counter: Series<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  if (counter.metric.type === 'gauge')
    throw new RangeError(`${counter.metric.name} is a gauge: it has no ${name}`);
  return overTime(name, counter, window, ago);
}

/** For how long a series may be away, as while its program cannot be scraped, without being taken for a new one. */
const AWAY = '1h';

/** How much a counter grew within the window, all of it where its series came with its first count. */
export function grown<Label extends string>(counter: Series<Label>, window: string): Vector<Label> {
  return either(unless(counter, presentWithin(counter, AWAY, window)), increase(counter, window));
}

/** How often a counter began anew within the window, as it does when its process starts again. */
export function resets<Label extends string>(counter: Series<Label>, window: string): Vector<Label> {
  if (counter.metric.type !== 'counter')
    throw new RangeError(`${counter.metric.name} is no counter: it has no resets`);
  return overTime('resets', counter, window);
}

/** 1 for every series of a selector that had a sample within the window, which ended so long `ago`. */
export function presentWithin<Label extends string>(
  selector: Vector<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  return overTime('present_over_time', selector, window, ago);
}

/** How much a gauge grew a second, by the straight line through the window, which ended so long `ago`. */
export function slope<Label extends string>(
  gauge: Series<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  if (gauge.metric.type !== 'gauge')
    throw new RangeError(`${gauge.metric.name} is no gauge: it has no slope`);
  return overTime('deriv', gauge, window, ago);
}

/** What a vector comes to in so many seconds, if it goes on as within the window, looked at once a minute. */
export function ahead<Label extends string>(
  vector: Vector<Label>,
  window: string,
  seconds: number,
): Vector<Label> {
  const promql = `predict_linear((${vector.promql})[${checked(window)}:1m], ${seconds})`;
  return { labels: vector.labels, promql };
}

/** What a series was so long `ago`. */
export function before<Label extends string>(series: Series<Label>, ago: string): Vector<Label> {
  return { labels: series.labels, promql: `${series.promql}${offset(ago)}` };
}

/** The greatest sample of each series of a selector within the window. */
export function greatest<Label extends string>(selector: Vector<Label>, window: string): Vector<Label> {
  return overTime('max_over_time', selector, window);
}

/** The most that a vector came to within the window, looked at once in each `step`. */
export function peak<Label extends string>(
  vector: Vector<Label>,
  window: string,
  step: '1m' | '5m' = '1m',
): Vector<Label> {
  return { labels: vector.labels, promql: `max_over_time((${vector.promql})[${checked(window)}:${step}])` };
}

/** The least that a vector came to within the window, which ended so long `ago`, looked at once a minute. */
export function lowest<Label extends string>(
  vector: Vector<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  const promql = `min_over_time((${vector.promql})[${checked(window)}:1m]${offset(ago)})`;
  return { labels: vector.labels, promql };
}

/** The sum of what a vector came to within the window, looked at once in each `step`. */
export function sumOverTime<Label extends string>(
  vector: Vector<Label>,
  window: string,
  step: string,
): Vector<Label> {
  const promql = `sum_over_time(${vector.promql}[${checked(window)}:${checked(step)}])`;
  return { labels: vector.labels, promql };
}

/** The seconds since each time that a gauge tells. */
export function ageOf<Label extends string>(gauge: Vector<Label>): Vector<Label> {
  return { labels: gauge.labels, promql: `time() - ${gauge.promql}` };
}

function overTime<Label extends string>(
  name: string,
  selector: Vector<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  return { labels: selector.labels, promql: `${name}(${selector.promql}[${checked(window)}]${offset(ago)})` };
}

function offset(ago: string | undefined): string {
  return ago === undefined ? '' : ` offset ${checked(ago)}`;
}

const WINDOW = /^(\d+(?:ms|[smhdwy])|\$__rate_interval|\$__range)$/;

function checked(window: string): string {
  if (!WINDOW.test(window))
    throw new RangeError(`"${window}" is no window: a Prometheus duration or a Grafana interval`);
  return window;
}
