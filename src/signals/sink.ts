import type { ErrorType, Exchange, Operation, Stage, TraceContext, Tracing } from '../exchange/index.ts';
import type { Case } from '../faults/index.ts';
import type { Recovery, Session } from '../session/index.ts';
import type { EndReason } from './labels.ts';

/** A session that ended, as seen from here. */
export interface SessionEnd {
  readonly session: Session;
  readonly reason: EndReason;
  /** How a lost one failed: by the status that told its death. Empty for one that ended as it should. */
  readonly errorType: ErrorType;
  /** Ms since the epoch. */
  readonly endedAt: number;
}

/**
 * Somebody who is told of things as they happen; whoever wants numbers alone reads the counts. All of it is
 * optional, and whatever a sink throws is caught.
 */
export interface Sink {
  /** What makes spans, for the hooks: the first sink that brings it has it. */
  readonly tracing?: Tracing;
  /** An exchange was taken in; `session` is what is now known of the one it belongs to. */
  exchange?(exchange: Exchange, session: Session | undefined): void;
  /** An operation is over. Answers the span that stands for it: what follows from the operation points there. */
  operation?(operation: Operation): TraceContext | undefined;
  /** It is known what became of a lost session. */
  recovered?(recovery: Recovery): void;
  /** A session is over. */
  sessionEnded?(end: SessionEnd): void;
  /** A fault begins; `trace` is where the operation stands that showed it, when one did. */
  caseOpened?(begun: Case, trace: TraceContext | undefined): void;
  /** A fault is over. */
  caseClosed?(ended: Case, trace: TraceContext | undefined): void;
}

/** All sinks as one. */
export interface Sinks extends Required<Omit<Sink, 'tracing'>> {
  readonly tracing: Tracing | undefined;
  /** Whether any wants to be told of operations. */
  readonly wantOperations: boolean;
  /** Adds one; answers a function that takes it out again. */
  attach(sink: Sink): () => void;
}

/** Makes {@link Sinks} without any. What one throws goes to `failed`, and the others are told. */
export function createSinks(failed: (stage: Stage, error: unknown) => void): Sinks {
  let sinks: readonly Sink[] = [];

  /** Answers what the first of them has to say. */
  function tell<Answer>(say: (sink: Sink) => Answer | undefined): Answer | undefined {
    let first: Answer | undefined;
    for (const sink of sinks) {
      try {
        const answer = say(sink);
        first ??= answer;
      } catch (error) {
        failed('signal', error);
      }
    }
    return first;
  }

  return {
    attach(sink) {
      sinks = [...sinks, sink];
      return () => {
        sinks = sinks.filter((other) => other !== sink);
      };
    },
    get tracing() {
      return sinks.find((sink) => sink.tracing !== undefined)?.tracing;
    },
    get wantOperations() {
      return sinks.some((sink) => sink.operation !== undefined);
    },
    exchange: (exchange, session) => tell((sink) => sink.exchange?.(exchange, session)),
    operation: (operation) => tell((sink) => sink.operation?.(operation)),
    recovered: (recovery) => tell((sink) => sink.recovered?.(recovery)),
    sessionEnded: (end) => tell((sink) => sink.sessionEnded?.(end)),
    caseOpened: (begun, trace) => tell((sink) => sink.caseOpened?.(begun, trace)),
    caseClosed: (ended, trace) => tell((sink) => sink.caseClosed?.(ended, trace)),
  };
}
