import type { Socket } from 'node:net';
import type { Address } from '../addresses.ts';
import type { Drain } from '../drain.ts';
import type { RequestHead } from '../messages.ts';
import type { Begun, Way } from '../passage.ts';
import type { OwnRefusal } from '../refusals.ts';
import type { FullSettings } from '../settings.ts';
import { LEEWAY_MS, UNUSED_MS } from '../times.ts';
import { MOST_HEAD } from './fields.ts';
import type { HandOver } from './hand-over.ts';
import { createRelay } from './relay.ts';
import { readRequest, type OrdinaryRequest } from './request.ts';
import type { UpstreamConnections } from './upstream-connections.ts';

/** A connection of a client, from which requests are read. */
export interface ClientConnection {
  /** Ends it, if nothing is under way on it. */
  closeIfUnused(): void;
}

/** What all {@link ClientConnection}s need. */
export interface ClientConnectionOptions {
  readonly settings: Pick<FullSettings, 'headersTimeout' | 'hostHeader'>;
  readonly drain: Drain;
  readonly connections: UpstreamConnections;
  readonly findWay: (request: RequestHead) => Way | OwnRefusal;
  readonly handOver: HandOver;
  readonly failed: (error: unknown) => void;
  /** It has closed, or node:http has it. */
  readonly gone: () => void;
}

/** The rest of a body comes within this time, or node:http waits for it: ms. Nothing of it was sent before. */
const REST_MS = 5;

const NOTHING: Buffer = Buffer.alloc(0);

/** No address was tried yet. */
const NONE: ReadonlySet<Address> = new Set();

/** Serves a connection as long as what comes on it is ordinary. */
export function serveConnection(socket: Socket, options: ClientConnectionOptions): ClientConnection {
  const { settings, drain, connections, findWay, handOver, failed, gone } = options;
  const relay = createRelay(socket, { connections, drain, answered, unusual: give });
  let read: Buffer = NOTHING;
  /** Bytes of the request that is under way. */
  let size = 0;
  let isUsed = false;
  let waiting: NodeJS.Timeout | undefined;

  function next(): void {
    const request = readRequest(read, socket);
    if (request === 'incomplete') waiting = setTimeout(give, REST_MS);
    else if (request === undefined) give();
    else begin(request);
  }

  function begin(request: OrdinaryRequest): void {
    const way = findWay(request);
    if ('refusal' in way || !way.addresses.arePlain) return give();
    const address = way.addresses.choose(way.session, NONE);
    if (address === undefined) return give();
    const host = settings.hostHeader === 'upstream' ? address.host : undefined;
    size = read.length;
    relay.begin({ request, way, address, host });
  }

  function answered(isLast: boolean): void {
    if (isLast) return socket.destroySoon();
    if (!isUsed) socket.setTimeout(UNUSED_MS + LEEWAY_MS);
    isUsed = true;
    read = read.length === size ? NOTHING : read.subarray(size);
    if (read.length === 0) return;
    socket.resume();
    next();
  }

  function give(begun?: Begun): void {
    unfollow();
    handOver.give(socket, read, begun);
  }

  const events: Readonly<Record<string, (bytes: Buffer) => void>> = {
    data(bytes) {
      clearTimeout(waiting);
      read = read.length === 0 ? bytes : Buffer.concat([read, bytes]);
      // Whoever sends the next request before the former was answered waits for it; it is read, to see when he leaves.
      if (relay.isBusy()) return void (read.length - size > MOST_HEAD && socket.pause());
      try {
        next();
      } catch (error) {
        failed(error);
        socket.destroy();
      }
    },
    drain: () => relay.drained(),
    end: () => socket.destroySoon(),
    timeout() {
      if (!relay.isBusy()) socket.destroy();
    },
    close() {
      unfollow();
      relay.left();
    },
  };

  function unfollow(): void {
    clearTimeout(waiting);
    socket.setTimeout(0);
    for (const [event, listener] of Object.entries(events)) socket.off(event, listener);
    gone();
  }

  socket.setTimeout(settings.headersTimeout);
  // It stays: between this and node nobody else may hear of an error, and its close says enough.
  socket.on('error', () => {});
  for (const [event, listener] of Object.entries(events)) socket.on(event, listener);
  return {
    closeIfUnused() {
      if (!relay.isBusy()) socket.destroy();
    },
  };
}
