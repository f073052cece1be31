import type { Listener, NetworkTransport } from '../../exchange/index.ts';
import { isFunction, setMethod, type Undo } from './interception.ts';
import { createOperations } from './operations.ts';
import { guarded, standAround } from './standing.ts';
import { surroundingsOf } from './surroundings.ts';

/** How {@link watchTransport} names what it sees. */
export interface TransportOptions {
  /** The target that operations are counted under. Default: `default`. */
  readonly target?: string;
  /** Where this side stands. Default: told by the transport's shape, or by who asks first. */
  readonly vantage?: 'client' | 'server';
  /** What carries the messages. Default: `tcp` for the SDK's transports over HTTP, `pipe` for any other. */
  readonly networkTransport?: NetworkTransport;
}

/** A transport of the MCP TypeScript SDK, 1.x or 2.x, or one of the same shape. */
export interface Transport {
  start(): Promise<void>;
  send(message: never, options?: never): Promise<void>;
  close(): Promise<void>;
}

/** What is connected to a transport: a client or a server of the SDK. */
export interface Connectable {
  connect(transport: never, options?: never): Promise<void>;
}

/** Watches what it is handed. */
export interface TransportWatch {
  /**
   * Watches a transport, or every transport that a client or server is connected to from now on. Answers what it was
   * handed. What is watched already stays as it is; so does what cannot be, such as a frozen object.
   */
  <Watched extends Transport | Connectable>(watched: Watched): Watched;
  /** Leaves everything as it was before, and watches nothing more. What is under way then is not told. */
  stop(): void;
}

/**
 * Watches clients and servers by their transports: every JSON-RPC request and notification is told to
 * `listener.operation`, whichever side sent it. With `listener.tracing` each has a span, which goes out in
 * `params._meta` of a copy of the message (SEP-414), and comes in as the parent of what handles it. Without, every
 * message is the same object as before. Functions are set on that one object, and on nothing else
 * (docs/decisions/0019).
 */
export function watchTransport(listener: Listener, options: TransportOptions = {}): TransportWatch {
  const undos = new WeakMap<object, Undo>();
  /** A program may drop a transport without a word: it is not kept for that. */
  const watched = new Set<WeakRef<object>>();
  let isOver = false;
  const dropped = new FinalizationRegistry<WeakRef<object>>((gone) => watched.delete(gone));

  function begin(host: object): void {
    if (isOver || undos.has(host)) return;
    undos.set(host, isTransport(host) ? stand(host) : follow(host));
    const reference = new WeakRef(host);
    watched.add(reference);
    dropped.register(host, reference, reference);
  }

  function stand(transport: object): Undo {
    return standAround(
      transport,
      createOperations(listener, surroundingsOf(transport, listener, options)),
      listener,
    );
  }

  function follow(host: object): Undo {
    return setMethod(host, 'connect', (connect) => {
      return function (this: unknown, transport, ...rest) {
        watch(transport as Transport);
        return Reflect.apply(connect, this, [transport, ...rest]);
      };
    });
  }

  function watch<Watched extends Transport | Connectable>(host: Watched): Watched {
    guarded(listener, () => begin(host));
    return host;
  }

  return Object.assign(watch, {
    stop() {
      isOver = true;
      for (const reference of watched) {
        const host = reference.deref();
        if (host === undefined) continue;
        guarded(listener, undos.get(host) ?? (() => undefined));
        undos.delete(host);
        dropped.unregister(reference);
      }
      watched.clear();
    },
  });
}

function isTransport(host: object): boolean {
  return 'send' in host && isFunction(host.send) && 'start' in host;
}
