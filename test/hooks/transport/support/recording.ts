import { vi } from 'vitest';
import { createReferences, type Listener, type Operation } from '../../../../src/exchange/index.ts';
import { fakeTracing, type FakeTracing } from './fake-tracing.ts';

/** The key of both sides, so that they call a session by the same reference. */
export const KEY = 'a key for tests';

/** A listener that keeps the operations it is told. */
export interface Recording extends Listener {
  readonly operations: Operation[];
  readonly failures: unknown[];
  readonly tracing: FakeTracing | undefined;
  /** The operations with `method`, once there are as many as `count`. */
  until(method: string, count?: number): Promise<readonly Operation[]>;
  /** The only operation with `method`, once it is told. */
  one(method: string): Promise<Operation>;
}

/** Makes a {@link Recording}, with spans or without. */
export function recordOperations(
  options: { readonly spans?: boolean; readonly calls?: boolean } = {},
): Recording {
  const operations: Operation[] = [];
  const failures: unknown[] = [];
  const until = async (method: string, count = 1): Promise<readonly Operation[]> => {
    const found = () => operations.filter((operation) => operation.method === method);
    await vi.waitFor(() => {
      if (found().length < count) throw new Error(`${found().length} of ${count} ${method} were told`);
    }, 5000);
    return found();
  };
  return {
    operations,
    failures,
    tracing: options.spans === true ? fakeTracing() : undefined,
    wantsCalls: options.calls ?? false,
    until,
    async one(method) {
      const [first, second] = await until(method);
      if (first === undefined || second !== undefined) throw new Error(`not exactly one ${method} was told`);
      return first;
    },
    now: () => performance.timeOrigin + performance.now(),
    references: createReferences({ key: KEY }),
    operation: (operation) => void operations.push(operation),
    exchange: () => undefined,
    streamOpened: () => undefined,
    connection: () => undefined,
    failed: (_stage, error) => void failures.push(error),
  };
}

/** An operation as the tests compare it. */
export function lineOf({ direction, method, errorType }: Operation): string {
  return `${direction} ${method}${errorType === '' ? '' : ` ${errorType}`}`;
}
