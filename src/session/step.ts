import {
  mainMethodOf,
  meaningOf,
  type BodyClass,
  type Exchange,
  type HttpMethod,
  type Meaning,
  type Reference,
  type RpcMethod,
} from '../exchange/index.ts';

/** One exchange as evidence: what a person needs to follow what happened, and nothing secret. */
export interface Step {
  /** When the request began, ms since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  readonly httpMethod: HttpMethod;
  readonly rpcMethod: RpcMethod | undefined;
  readonly sent: Reference | undefined;
  readonly given: Reference | undefined;
  readonly status: number;
  readonly bodyClass: BodyClass;
  readonly meaning: Meaning;
}

/** Cuts an exchange down to a {@link Step}. */
export function stepOf(exchange: Exchange): Step {
  return {
    at: exchange.startedAt,
    durationMs: Math.max(0, exchange.endedAt - exchange.startedAt),
    httpMethod: exchange.httpMethod,
    rpcMethod: mainMethodOf(exchange),
    sent: exchange.sessionSent,
    given: exchange.sessionGiven,
    status: exchange.status,
    bodyClass: exchange.bodyClass,
    meaning: meaningOf(exchange),
  };
}

const FIRST_STEPS = 6;
const LAST_STEPS = 4;

/** Adds a step to a trail that keeps how it began and how it goes on: the first six steps and the last four. */
export function withStep(trail: readonly Step[], step: Step): readonly Step[] {
  if (trail.length < FIRST_STEPS + LAST_STEPS) return [...trail, step];
  return [...trail.slice(0, FIRST_STEPS), ...trail.slice(FIRST_STEPS + 1), step];
}
