import type { ClientFamily, Reference, Vantage } from '../exchange/index.ts';
import { NO_ODDITIES, type Oddities } from './oddity.ts';

/**
 * The sessions of one client family at one target, counted: what tells a habit from a single client's mishap.
 * Closed lists on both sides keep the number of cohorts small.
 */
export interface Cohort {
  readonly ref: string;
  readonly vantage: Vantage;
  readonly target: string;
  readonly family: ClientFamily;
  /** Live sessions in use: asked something, or listening on an open stream, within the idle limit. */
  readonly awake: number;
  /** Live sessions left alone: no request for longer than the idle limit, no open stream, no DELETE. */
  readonly idle: number;
  /** Clients that have asked for something within the window in which they count as active. */
  readonly clients: number;
  /**
   * Sessions begun, and sessions their client said goodbye to with DELETE (also where the server has none and
   * answers 405), over about a day (halved every `halfLifeMs`).
   */
  readonly created: number;
  readonly deleted: number;
  /** Ends of listening streams, oldest first. */
  readonly streamEnds: readonly StreamEnd[];
  readonly oddities: Oddities;
}

/** The end of a listening stream. */
export interface StreamEnd {
  readonly at: number;
  readonly lifeMs: number;
  /** How long nothing had been written to it. */
  readonly silentMs: number;
  readonly session: Reference;
}

/** The name of a cohort in tables and on pages. */
export function cohortRef(vantage: Vantage, target: string, family: ClientFamily): string {
  return `${vantage} ${target} ${family}`;
}

/** A cohort before anything was counted in it. */
export function newCohort(vantage: Vantage, target: string, family: ClientFamily): Cohort {
  const ref = cohortRef(vantage, target, family);
  return {
    ref,
    vantage,
    target,
    family,
    awake: 0,
    idle: 0,
    clients: 0,
    created: 0,
    deleted: 0,
    streamEnds: [],
    oddities: NO_ODDITIES,
  };
}
