import type { ConnectionChange, Exchange, StreamOpened } from './exchange.ts';
import type { References } from './references.ts';

/**
 * What a hook tells, and the little it needs. A hook knows HTTP and nothing of sessions; whoever listens gets
 * plain values. None of the functions throws.
 */
export interface Listener {
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Hashes ids and credentials before anything else sees them. */
  readonly references: References;
  /** An exchange is over. */
  exchange(exchange: Exchange): void;
  /** A stream's head was sent. */
  streamOpened(stream: StreamOpened): void;
  /** A connection that carries MCP was opened or closed. */
  connection(change: ConnectionChange): void;
  /** Something in the hook itself failed; the program it watches goes on. */
  failed(stage: Stage, error: unknown): void;
}

/** The parts of the flow that can fail, and are counted when they do. */
export const STAGES = ['hook', 'session', 'judge', 'signal'] as const;

/** See {@link STAGES}. */
export type Stage = (typeof STAGES)[number];
