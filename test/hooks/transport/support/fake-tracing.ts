import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Operation, OperationStart, TraceContext, Tracing } from '../../../../src/exchange/index.ts';

/** A span that was begun. */
export interface RecordedSpan {
  readonly id: string;
  readonly trace: string;
  /** The span it is a child of, as the one who began it was told or found under way. */
  readonly parent: string | undefined;
  readonly start: OperationStart;
  /** What it ended with; nothing while it has not. */
  operation: Operation | undefined;
  ends: number;
}

/** A {@link Tracing} that keeps what it is asked for. */
export interface FakeTracing extends Tracing {
  readonly spans: RecordedSpan[];
  /** The span under way where this is called. */
  current(): string | undefined;
  /** Runs `work` in a span that this tracing did not begin, such as that of an HTTP request. */
  inSpan<Result>(context: TraceContext, work: () => Result): Result;
}

const hex = (length: number): string => randomBytes(length / 2).toString('hex');
const idOf = ({ traceparent }: TraceContext): string => traceparent.slice(36, 52);
const traceOf = ({ traceparent }: TraceContext): string => traceparent.slice(3, 35);

/** Makes a {@link FakeTracing}: the parent is what the message names, else what is under way, else nothing. */
export function fakeTracing(): FakeTracing {
  const underway = new AsyncLocalStorage<TraceContext>();
  const spans: RecordedSpan[] = [];
  return {
    spans,
    ambient: () => underway.getStore(),
    current: () => {
      const context = underway.getStore();
      return context && idOf(context);
    },
    inSpan: (context, work) => underway.run(context, work),
    begin(start) {
      const parent = start.call.parent ?? underway.getStore();
      const trace = parent === undefined ? hex(32) : traceOf(parent);
      const id = hex(16);
      const context = { traceparent: `00-${trace}-${id}-01`, tracestate: 'fake=1' };
      const span: RecordedSpan = {
        id,
        trace,
        parent: parent && idOf(parent),
        start,
        operation: undefined,
        ends: 0,
      };
      spans.push(span);
      return {
        context,
        inject: (carrier) => void Object.assign(carrier, context, { baggage: 'from=fake' }),
        run: (work) => underway.run(context, work),
        end(operation) {
          span.operation = operation;
          span.ends += 1;
        },
      };
    },
  };
}
