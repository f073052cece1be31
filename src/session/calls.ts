import { isCutOff, isSuccess, type Exchange, type Meaning, type Reference } from '../exchange/index.ts';
import { stepOf, type Step } from './step.ts';

/** The calls of a client of which nobody knows how they ended, and those it made again. */
export interface Calls {
  readonly cutOff: readonly CutOff[];
  readonly replays: readonly Replay[];
}

interface CutOff {
  readonly digest: Reference;
  readonly step: Step;
}

/** A call that was cut off, and the same call in another session after that; the server began to work on both. */
export interface Replay {
  readonly first: Step;
  readonly second: Step;
}

const CUT_OFF_KEPT = 8;
const REPLAYS_KEPT = 4;

const NO_CALLS: Calls = Object.freeze({ cutOff: [], replays: [] });

/** The calls after one more exchange. Only a hook that reads bodies digests calls, and only where it matters. */
export function callsAfter(
  before: Calls | undefined,
  exchange: Exchange,
  meaning: Meaning,
): Calls | undefined {
  const { callDigest: digest, sessionSent } = exchange;
  if (digest === undefined || sessionSent === undefined) return before;
  const cut = isCutOff(exchange);
  const begun = cut || (isSuccess(exchange) && meaning === 'ok');
  // A client also has the calls digested that it sends after a refusal.
  if (!begun || (before === undefined && !cut)) return before;
  const { cutOff, replays } = before ?? NO_CALLS;
  const step = stepOf(exchange);
  const first = cutOff.findLast((earlier) => earlier.digest === digest && isBefore(earlier.step, step))?.step;
  return {
    cutOff: cut ? [...cutOff.slice(1 - CUT_OFF_KEPT), { digest, step }] : cutOff,
    replays: first === undefined ? replays : [...replays.slice(1 - REPLAYS_KEPT), { first, second: step }],
  };
}

/** Over when the other began, in another session: what runs side by side is no repeat. */
function isBefore(first: Step, second: Step): boolean {
  return first.sent !== second.sent && first.at + first.durationMs <= second.at;
}
