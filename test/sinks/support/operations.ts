import { afterAll, afterEach, expect } from 'vitest';
import type { CallFacts, Tracing, Vantage } from '../../../src/exchange/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { exposeToOpenTelemetry } from '../../../src/sinks/opentelemetry/index.ts';
import { startTelemetry, type Telemetry } from './telemetry.ts';

/** Observers whose operations become spans, one at a time. */
export interface Operations {
  readonly telemetry: Telemetry;
  /** Makes an observer that tells OpenTelemetry until the test is over. */
  readonly watched: (...vantages: Vantage[]) => Observer & { readonly tracing: Tracing };
  /** Lets the observer tell no more; nothing must have failed in it. */
  readonly stop: () => void;
}

/** Makes {@link Operations} for the tests of a file. */
export function operationsOfTests(): Operations {
  const telemetry = startTelemetry();
  let stop = (): void => {};
  afterEach(() => {
    stop();
    telemetry.reset();
  });
  afterAll(() => telemetry.shutdown());
  return {
    telemetry,
    stop: () => stop(),
    watched(...vantages) {
      const errors: unknown[] = [];
      const observer = createObserver({
        vantages: vantages.length === 0 ? ['server'] : vantages,
        onError: (_stage, error) => errors.push(error),
      });
      const detach = exposeToOpenTelemetry(observer, { tracer: telemetry.tracer });
      stop = () => {
        detach();
        expect(errors).toEqual([]);
      };
      return observer as Observer & { readonly tracing: Tracing };
    },
  };
}

/** A call that says nothing of itself. */
export const NO_CALL: CallFacts = {
  requestId: undefined,
  name: undefined,
  resourceUri: undefined,
  parent: undefined,
  ambient: undefined,
};

/** The context that the other side is in. */
export const REMOTE = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };

/** A context as it is carried. */
export const textOf = ({ traceId, spanId }: typeof REMOTE) => ({
  traceparent: `00-${traceId}-${spanId}-01`,
  tracestate: 'vendor=value',
});
