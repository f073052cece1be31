/**
 * A small builder of PromQL over the tables of metrics. No name of a metric or label is ever typed as text: what a
 * selector may match and a sum may group by follows from the row, so a rename that misses a query does not compile.
 */
export { count, group, max, min, quantile, sum, sumOnce } from './aggregations.ts';
export {
  above,
  atLeast,
  atZero,
  below,
  compared,
  dividedBy,
  either,
  measured,
  minus,
  ratio,
  reached,
  share,
  times,
  toNearest,
  unless,
  where,
  whole,
  within,
  without,
} from './operators.ts';
export {
  ageOf,
  ahead,
  before,
  greatest,
  grown,
  increase,
  lowest,
  peak,
  presentWithin,
  rate,
  resets,
  slope,
  sumOverTime,
} from './over-time.ts';
export {
  buckets,
  firing,
  labelIn,
  probed,
  recorded,
  scrapeUp,
  select,
  type Matcher,
  type ScrapeLabel,
  type Series,
  type Vector,
} from './selectors.ts';
