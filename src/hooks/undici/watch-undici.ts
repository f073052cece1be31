import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Listener } from '../../exchange/index.ts';
import { named, THIS_PROCESS, type ClientOptions } from '../client-options.ts';
import { COMPLETE, type End, type Ended } from '../ended.ts';
import { exchangeOf } from '../exchange-of.ts';
import { serverAt } from '../network.ts';
import { localPeerOf } from '../peer.ts';
import { createTelling } from '../telling.ts';
import { countReaders, isToldByFetch } from '../told-by-fetch.ts';
import { noteAnswerChunk, noteHead, noteRequestChunk, noteSurroundings } from '../watch.ts';
import { createConnections } from './connections.ts';
import { headerReader, type Message, type UndiciRequest } from './message.ts';
import { endOfBroken, readSent, undiciWatchOf, type UndiciWatch } from './request.ts';
import { withoutBodies } from './without-bodies.ts';

/** How {@link watchUndici} recognises and names what it sees: as `watchFetch` does. */
export type UndiciOptions = ClientOptions;

/**
 * Watches every client of this process that stands on undici: the `fetch` built into Node, and the package (6 and
 * later), however many copies of it there are. It listens to their diagnostics channels and touches nothing. Before
 * undici 7.11, as in Node 22, these tell nothing of bodies: methods are then known from 2026-07-28 on only, but for
 * a handshake that is given a session id. Each redirect and each retry is an exchange of its own. A request that
 * `watchFetch` tells the same listener is left to it.
 *
 * Answers a function that stops it at once. What is under way then is not told any more, for a listening stream may
 * stay open for days.
 */
export function watchUndici(listener: Listener, options: UndiciOptions = {}): () => void {
  const { paths, target = (url) => url.host, client = THIS_PROCESS } = options;
  const { now, references } = listener;
  const telling = createTelling(listener);
  const { guarded, later } = telling;
  const connections = createConnections((change) => guarded(() => listener.connection(change)));
  const watches = new WeakMap<UndiciRequest, UndiciWatch>();
  /** The copies of undici that show bodies, by what their requests are made of. */
  const showBodies = new WeakSet<object>();

  function begin(request: UndiciRequest): void {
    const sent = readSent(request, paths);
    if (sent === undefined || isToldByFetch(references)) return;
    const names = { target: named(target, sent.url), client: named(client, sent.url) };
    const watch = undiciWatchOf(request.method, sent, names, now());
    noteSurroundings(watch, listener, serverAt, sent.url);
    watches.set(request, watch);
  }

  function headCame(watch: UndiciWatch, { statusCode, headers }: Message['response']): void {
    // What comes before the answer proper, such as 103 Early Hints.
    if (statusCode < 200) return;
    if (noteHead(watch, watch.asked, statusCode, headerReader(headers), now))
      later(() => telling.stream(watch, watch.asked));
  }

  /** Tells the exchange, once. */
  function conclude(request: UndiciRequest, watch: UndiciWatch, end: End): void {
    watches.delete(request);
    const ended = { ...end, at: now() };
    const tellsBodies = showBodies.has(Reflect.getPrototypeOf(request) ?? request);
    later(() => tell(watch, ended, tellsBodies));
  }

  function tell(watch: UndiciWatch, ended: Ended, tellsBodies: boolean): void {
    const { asked, origin, requestPrefix } = watch;
    const peer = localPeerOf(asked, origin, watch.client, references);
    const exchange = exchangeOf({ watch, asked, peer, ended }, listener);
    telling.exchange(tellsBodies ? exchange : withoutBodies(exchange), requestPrefix);
  }

  function chunkCame(request: UndiciRequest): void {
    showBodies.add(Reflect.getPrototypeOf(request) ?? request);
  }

  /** What each channel tells of a request that is watched. */
  const handlers: Readonly<Record<string, (watch: UndiciWatch, message: Message) => void>> = {
    'undici:client:sendHeaders'(watch, { socket }) {
      // Sent again, on another connection, when the first was closed before it could be used.
      watch.requestPrefix = '';
      connections.used(socket, watch.target);
    },
    'undici:request:bodyChunkSent'(watch, { request, chunk }) {
      chunkCame(request);
      if (watch.method === 'POST') noteRequestChunk(watch, chunk);
    },
    'undici:request:headers': (watch, { response }) => headCame(watch, response),
    'undici:request:bodyChunkReceived'(watch, { request, chunk }) {
      chunkCame(request);
      noteAnswerChunk(watch, chunk, undefined, now);
    },
    'undici:request:trailers': (watch, { request }) => conclude(request, watch, COMPLETE),
    'undici:request:error': (watch, { request, error }) =>
      conclude(request, watch, endOfBroken(watch, error)),
  };

  function hear(channel: string, handle: (message: Message) => void): () => void {
    const onMessage = (message: unknown): void => guarded(() => handle(message as Message));
    subscribe(channel, onMessage);
    return () => unsubscribe(channel, onMessage);
  }

  const stops = [
    hear('undici:request:create', ({ request }) => begin(request)),
    ...Object.entries(handlers).map(([channel, handle]) =>
      hear(channel, (message) => {
        const watch = watches.get(message.request);
        if (watch !== undefined) handle(watch, message);
      }),
    ),
  ];
  countReaders(1);
  return () => {
    if (stops.length === 0) return;
    countReaders(-1);
    for (const stop of stops.splice(0)) stop();
    connections.letGo();
  };
}
