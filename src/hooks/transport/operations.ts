import type {
  CallFacts,
  Listener,
  NetworkFacts,
  NetworkTransport,
  Operation,
  OperationSpan,
  ProtocolVersion,
  Reference,
  RpcMethod,
  Vantage,
} from '../../exchange/index.ts';
import {
  callOf,
  idOf,
  metaOf,
  methodOf,
  outcomeIn,
  outcomeOf,
  settledVersionIn,
  versionIn,
  type Message,
  type Outcome,
  type RequestId,
} from './messages.ts';

/** What an operation says of the transport it goes through. */
export interface Surroundings {
  readonly target: string;
  readonly networkTransport: NetworkTransport;
  /** Where this side stands; nothing where only the messages tell. */
  readonly vantage: Vantage | undefined;
  /** Who is at the other end, where the transport says so. */
  readonly network: NetworkFacts | undefined;
  /** The session of the transport as it is now. */
  session(): Reference | undefined;
  /** The revision that the transport says it speaks; nothing when it does not say. */
  version(): ProtocolVersion | undefined;
}

/** An operation that has begun. */
export interface Begun {
  readonly direction: Operation['direction'];
  readonly method: RpcMethod;
  /** What its answer will name; nothing for a notification. */
  readonly id: RequestId | undefined;
  readonly span: OperationSpan | undefined;
  readonly call: CallFacts | undefined;
  readonly version: ProtocolVersion | undefined;
  readonly session: Reference | undefined;
  readonly startedAt: number;
  /** What its answer says, while that is on its way. */
  answer: Outcome | undefined;
  /** Lets go of what would have ended it otherwise. */
  release: (() => void) | undefined;
}

/** The operations of one transport, each from its beginning until it is told, once. */
export interface Operations {
  /** How many requests are under way. */
  readonly size: number;
  begin(direction: Operation['direction'], message: Message, extra: unknown): Begun | undefined;
  /** The request that `id` is of, while it is under way. */
  find(direction: Operation['direction'], id: RequestId | undefined): Begun | undefined;
  /** Notes what the answer to a request says. */
  answered(begun: Begun, answer: Message): Outcome;
  end(begun: Begun, outcome: Outcome): void;
  /** The transport is closed: nothing more will be answered. */
  endAll(): void;
}

/** Requests under way on one transport; the oldest is given up for one more. */
const LIMIT = 10_000;

/** Makes the {@link Operations} of one transport. */
export function createOperations(listener: Listener, around: Surroundings): Operations {
  const underway = { sent: new Map<RequestId, Begun>(), received: new Map<RequestId, Begun>() };
  /** The revision that the handshake settled on. */
  let settled: ProtocolVersion | undefined;
  /** The way of the first request: it is a client that asks first. */
  let first: Operation['direction'] | undefined;

  function begin(direction: Operation['direction'], message: Message, extra: unknown): Begun | undefined {
    const method = methodOf(message);
    if (method === undefined) return undefined;
    const startedAt = listener.now();
    const { tracing } = listener;
    const wanted = tracing !== undefined || listener.wantsCalls === true;
    const call = wanted
      ? callOf(message, { ambient: tracing?.ambient(), network: around.network })
      : undefined;
    const begun: Begun = {
      direction,
      method,
      id: idOf(message),
      span: call && tracing?.begin({ direction, method, call, carrier: metaOf(message), startedAt }),
      call,
      version: versionIn(message, extra),
      // A handshake may still carry the session that it is about to replace.
      session: method === 'initialize' ? undefined : around.session(),
      startedAt,
      answer: undefined,
      release: undefined,
    };
    keep(begun);
    return begun;
  }

  function keep(begun: Begun): void {
    if (begun.id === undefined) return;
    first ??= begun.direction;
    const requests = underway[begun.direction];
    const before = requests.get(begun.id) ?? (requests.size >= LIMIT ? oldestOf(requests) : undefined);
    if (before !== undefined) end(before, outcomeOf('_OTHER'));
    requests.set(begun.id, begun);
  }

  function end(begun: Begun, outcome: Outcome): void {
    if (begun.id !== undefined) {
      const requests = underway[begun.direction];
      if (requests.get(begun.id) !== begun) return;
      requests.delete(begun.id);
    }
    begun.release?.();
    const operation = told(begun, outcome);
    begun.span?.end(operation);
    listener.operation?.(operation);
  }

  function told(begun: Begun, { errorType, rpcErrorCode }: Outcome): Operation {
    const { direction, method, call, span, startedAt } = begun;
    return {
      vantage: around.vantage ?? ((first ?? direction) === 'sent' ? 'client' : 'server'),
      direction,
      target: around.target,
      method,
      networkTransport: around.networkTransport,
      protocolVersion: begun.version ?? settled ?? around.version() ?? 'none',
      session: begun.session ?? around.session(),
      errorType,
      rpcErrorCode,
      call,
      span: span?.context,
      startedAt,
      endedAt: listener.now(),
    };
  }

  return {
    get size() {
      return underway.sent.size + underway.received.size;
    },
    begin,
    find: (direction, id) => (id === undefined ? undefined : underway[direction].get(id)),
    answered(begun, answer) {
      if (begun.method === 'initialize') settled = settledVersionIn(answer) ?? settled;
      return (begun.answer = outcomeIn(answer));
    },
    end,
    endAll() {
      for (const requests of [underway.sent, underway.received]) {
        for (const begun of requests.values()) end(begun, begun.answer ?? outcomeOf('cancelled'));
      }
    },
  };
}

function oldestOf(requests: ReadonlyMap<RequestId, Begun>): Begun | undefined {
  const [oldest] = requests.values();
  return oldest;
}
