import type { ConnectionChange, Exchange, StreamOpened } from './exchange.ts';
import type { Operation } from './operation.ts';
import type { References } from './references.ts';
import type { Tracing } from './tracing.ts';
import type { Refusal, UpstreamChange } from './upstream.ts';

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
  /** An operation is over, told by a hook that stands around the messages rather than around HTTP. */
  operation?(operation: Operation): void;
  /** Something of an upstream of a proxy has changed, or failed. */
  upstream?(change: UpstreamChange): void;
  /** A proxy refused a connection or a request. */
  refused?(refusal: Refusal): void;
  /** Whether somebody wants `Exchange.call`: reading it costs, so a hook asks first. Default: no. */
  readonly wantsCalls?: boolean;
  /** What makes spans; it may come and go while a hook stands. Default: nothing does. */
  readonly tracing?: Tracing | undefined;
  /** Something in the hook itself failed; the program it watches goes on. */
  failed(stage: Stage, error: unknown): void;
}

/** The parts of the flow that can fail, and are counted when they do. */
export const STAGES = ['hook', 'session', 'judge', 'signal'] as const;

/** See {@link STAGES}. */
export type Stage = (typeof STAGES)[number];
