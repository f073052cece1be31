import {
  createReferences,
  type ConnectionChange,
  type Exchange,
  type Listener,
  type Stage,
  type StreamOpened,
} from '../../../src/exchange/index.ts';
import { vi } from 'vitest';

/** A {@link Listener} that keeps what it is told. */
export interface Recording extends Listener {
  readonly exchanges: Exchange[];
  readonly streams: StreamOpened[];
  readonly connections: ConnectionChange[];
  readonly failures: { readonly stage: Stage; readonly error: unknown }[];
  /** The first `count` exchanges, once there are as many. */
  until(count: number): Promise<readonly Exchange[]>;
  /** The first exchange, once there is one. */
  first(): Promise<Exchange>;
}

/** Makes a {@link Recording} with the real clock and real references. */
export function record(): Recording {
  const exchanges: Exchange[] = [];
  const streams: StreamOpened[] = [];
  const connections: ConnectionChange[] = [];
  const failures: { stage: Stage; error: unknown }[] = [];

  async function until(count: number): Promise<readonly Exchange[]> {
    await vi.waitFor(() => {
      if (failures.length > 0) throw failures[0]?.error;
      if (exchanges.length < count) throw new Error(`${exchanges.length} of ${count} exchanges were told`);
    }, 5000);
    return exchanges;
  }

  return {
    exchanges,
    streams,
    connections,
    failures,
    until,
    first: async () => (await until(1))[0] as Exchange,
    now: () => performance.timeOrigin + performance.now(),
    references: createReferences({ key: 'a key for tests' }),
    exchange: (exchange) => void exchanges.push(exchange),
    streamOpened: (stream) => void streams.push(stream),
    connection: (change) => void connections.push(change),
    failed: (stage, error) => void failures.push({ stage, error }),
  };
}
