import { describe, expect, it } from 'vitest';
import { operationOf, type Operation, type TraceContext } from '../src/exchange/index.ts';
import { createObserver, type Observer, type ObserverOptions } from '../src/observer.ts';
import { metrics, type SessionEnd, type Sink } from '../src/signals/index.ts';
import { DEAD_404, tell } from './faults/script.ts';
import { anExchange } from './support/an-exchange.ts';

const ping = anExchange({ rpcMethods: ['ping'] });
const told: Operation = { ...(operationOf(ping) as Operation), method: 'tools/list' };

/** The methods of the operations that were counted, in the order of their first. */
const counted = ({ counts }: Observer): (string | undefined)[] =>
  counts
    .samples(metrics.serverOperationDuration)
    .flatMap(({ labels, value }) => Array.from({ length: value }, () => labels['mcp_method_name']));

describe('an operation', () => {
  it('is taken from its exchange, and counted', () => {
    const observer = createObserver();
    observer.exchange(ping);
    expect(counted(observer)).toEqual(['ping']);
  });

  it('is taken from its exchange until a hook around the messages tells it, however late that comes', () => {
    const observer = createObserver();
    observer.exchange(ping);
    observer.operation(told);
    observer.exchange(anExchange({ rpcMethods: ['tools/list'] }));
    expect(counted(observer)).toEqual(['ping', 'tools/list']);
  });

  it('that was refused before a hook around the messages could see it is taken from its exchange', () => {
    const observer = createObserver();
    observer.operation(told);
    observer.exchange(anExchange({ rpcMethods: ['ping'], status: 400, errorType: '-32000' }));
    expect(counted(observer)).toEqual(['tools/list', 'ping']);
  });

  it('that was refused, and told by a hook around the messages, is counted once', () => {
    const observer = createObserver();
    const refusal = anExchange({ rpcMethods: ['ping'], status: 404, errorType: '-32601' });
    const same = operationOf(refusal) as Operation;
    observer.operation(same);
    observer.exchange(refusal);
    expect(counted(observer)).toEqual(['ping']);
    // What was told stands for one exchange, and not for long.
    observer.exchange(refusal);
    expect(counted(observer)).toEqual(['ping', 'ping']);
    observer.operation(same);
    observer.exchange({ ...refusal, endedAt: refusal.endedAt + 60_000 });
    expect(counted(observer)).toEqual(['ping', 'ping', 'ping', 'ping']);
  });

  it('of the other vantage is still taken from its exchange', () => {
    const observer = createObserver({ vantages: ['server', 'client'] });
    observer.operation({ ...told, vantage: 'client', direction: 'sent' });
    observer.exchange(ping);
    expect(counted(observer)).toEqual(['ping']);
    expect(observer.counts.samples(metrics.clientOperationDuration)).toHaveLength(1);
  });

  it('of a target on no list is told as of the only one', () => {
    const observer = createObserver({ targets: ['shop'] });
    observer.operation({ ...told, target: 'from the wire' });
    expect(observer.counts.samples(metrics.serverOperationDuration)[0]?.labels['target']).toBe('shop');
  });
});

describe('a sink', () => {
  it('is told of sessions that end, by whom, when and why', () => {
    const ends: SessionEnd[] = [];
    const makeObserver = (options: ObserverOptions): Observer => {
      const observer = createObserver(options);
      observer.attach({ sessionEnded: (end) => void ends.push(end) });
      return observer;
    };
    tell(
      {
        name: 'two sessions',
        tell(wire) {
          const client = wire.client('somebody', 'cursor');
          client.delete(client.initialize());
          const lost = client.initialize();
          wire.pass(60);
          client.post('tools/call', lost, DEAD_404);
        },
      },
      {},
      () => {},
      makeObserver,
    );
    expect(ends.map(({ session, reason, errorType }) => [session.family, reason, errorType])).toEqual([
      ['cursor', 'client-delete', ''],
      ['cursor', 'lost', '404'],
    ]);
    expect(ends.every(({ session, endedAt }) => session.bornAt > 0 && endedAt > session.bornAt)).toBe(true);
  });

  it('that throws costs the others nothing, and is counted', () => {
    const errors: unknown[] = [];
    const observer = createObserver({ onError: (stage, error) => errors.push([stage, String(error)]) });
    const span: TraceContext = { traceparent: 'here', tracestate: undefined };
    const seen: string[] = [];
    const failing: Sink = {
      operation: () => {
        throw new Error('no');
      },
    };
    const stops = [
      failing,
      { operation: () => span },
      { operation: ({ method }: Operation) => void seen.push(method) },
    ].map((sink) => observer.attach(sink));
    expect(observer.wantsCalls).toBe(true);
    observer.exchange(ping);
    expect(seen).toEqual(['ping']);
    expect(errors).toEqual([['signal', 'Error: no']]);
    for (const stop of stops) stop();
    observer.exchange(ping);
    expect(seen).toEqual(['ping']);
    expect(observer.wantsCalls).toBe(false);
  });

  it('is asked for its tracing as long as it is attached', () => {
    const observer = createObserver();
    const tracing = { ambient: () => undefined, begin: () => undefined as never };
    const stop = observer.attach({ tracing });
    expect(observer.tracing).toBe(tracing);
    stop();
    expect(observer.tracing).toBeUndefined();
  });
});

it('names of tools make hooks read what is called', () => {
  expect(createObserver({ tools: ['weather'] }).wantsCalls).toBe(true);
});
