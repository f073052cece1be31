import { select, type Matcher } from './promql/index.ts';

/** Which series rules are asked of: all there are, or those of some jobs. */
export interface Source {
  readonly select: typeof select;
  /** What every selector must match. */
  readonly matchers: { readonly job?: Matcher };
}

/** The series of jobs that a pattern matches, as a whole; all where it is empty. */
export function sourceOf(jobs: string): Source {
  const matchers = jobs === '' ? {} : { job: { like: jobs } };
  return { matchers, select: (metric, more) => select(metric, { ...more, ...matchers }) };
}

/** See {@link sourceOf}. */
export const EVERYWHERE: Source = sourceOf('');
