import { createReferences, type Listener } from '../../../src/exchange/index.ts';

/** A listener that keeps what it is told, with a clock that the test moves. */
export interface KeepingListener extends Listener {
  readonly heard: unknown[];
  readonly failures: unknown[];
  clock: number;
}

/** The moment at which it begins. */
export const START = 1_700_000_000_000;

/** Makes a {@link KeepingListener}. */
export function keepingListener(): KeepingListener {
  const heard: unknown[] = [];
  const failures: unknown[] = [];
  const listener: KeepingListener = {
    heard,
    failures,
    clock: START,
    now: () => listener.clock,
    references: createReferences({ key: 'a key of the tests' }),
    exchange: (exchange) => void heard.push(exchange),
    streamOpened: (stream) => void heard.push(stream),
    connection: (change) => void heard.push(change),
    failed: (_stage, error) => void failures.push(error),
  };
  return listener;
}
