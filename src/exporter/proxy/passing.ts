import { httpSseSessionIn, type Listener, type Reference } from '../../exchange/index.ts';
import type { Asked } from '../../hooks/asked.ts';
import { COMPLETE, type End } from '../../hooks/ended.ts';
import { exchangeOf } from '../../hooks/exchange-of.ts';
import { byHttpSse, noteEndpoint, type HttpSseWatch } from '../../hooks/http-sse.ts';
import { clientOf } from '../../hooks/network.ts';
import { readAsked } from '../../hooks/node-http/asked.ts';
import { mayTurnOut } from '../../hooks/node-http/requests.ts';
import { remotePeerOf } from '../../hooks/peer.ts';
import { referenceOf } from '../../hooks/session-id.ts';
import { speaksMcp } from '../../hooks/speaks-mcp.ts';
import { createTelling } from '../../hooks/telling.ts';
import { noteAnswerChunk, noteHead, noteRequestChunk, noteSurroundings, watchOf } from '../../hooks/watch.ts';
import { createCarriers, type Carrier } from './carriers.ts';
import { valueOf, type RawHeaders, type RequestHead } from './messages.ts';
import type { Route } from './routes.ts';

/** Told of one request while it passes. None of it throws. */
export interface Passing {
  readonly requestChunk: (chunk: unknown) => void;
  /** The head of the answer; `begun` is called when its first event turns out to begin a session (HTTP+SSE). */
  head(status: number, headers: RawHeaders, begun?: (session: Reference) => void): void;
  readonly answerChunk: (chunk: unknown) => void;
  /** It is over: the client has all of the answer, or has left, or the upstream broke it off. The first counts. */
  ended(how: 'complete' | 'left' | 'broken'): void;
}

/** Makes a {@link Passing} for each request that goes somewhere. */
export type WatchPassing = (request: RequestHead, route: Route) => Passing;

const ENDS: Readonly<Record<Parameters<Passing['ended']>[0], End>> = {
  complete: COMPLETE,
  left: { ending: 'aborted', reason: 'left' },
  broken: { ending: 'reset', reason: 'broken' },
};

const nothing = (): void => {};

/** Stands for what is none of the protocol. */
const UNWATCHED: Passing = { requestChunk: nothing, head: nothing, answerChunk: nothing, ended: nothing };

/** What is known of one request while it passes. */
interface PassingWatch extends HttpSseWatch {
  readonly asked: Asked;
  readonly request: RequestHead;
  /** Its connection; nothing while it may yet turn out to be none of the protocol. */
  carrier: Carrier | undefined;
  /** Of what is compressed the times alone are taken: it is never unpacked. */
  readonly isRequestCoded: boolean;
  isAnswerCoded: boolean;
  begun: ((session: Reference) => void) | undefined;
  isOver: boolean;
}

/** Watches what passes, and tells `listener` of each exchange of the protocol once, with vantage `proxy`. */
export function createWatchPassing(listener: Listener): WatchPassing {
  const { now, references } = listener;
  const telling = createTelling(listener);
  const carriers = createCarriers((change) => telling.guarded(() => listener.connection(change)));

  function begin(request: RequestHead, { upstream, isEndpoint }: Route): Passing {
    const { url } = request;
    const speaks = isEndpoint || speaksMcp(request, undefined);
    if (!speaks && !mayTurnOut(request, url ?? '')) return UNWATCHED;
    const watch = beginning(request, upstream.name);
    if (speaks) watch.carrier = carriers.of(request, upstream.name);
    noteSurroundings(watch, listener, clientOf, request);
    return passingOf(watch);
  }

  function beginning(request: RequestHead, target: string): PassingWatch {
    const { method = '', url = '', rawHeaders } = request;
    const asked = readAsked(request);
    // An id in a header is that of Streamable HTTP, whatever the address holds.
    const isPosted = method === 'POST' && asked.sessionId === undefined;
    const httpSseId = isPosted ? httpSseSessionIn(url) : undefined;
    return {
      ...watchOf({ vantage: 'proxy', target, method, startedAt: now() }),
      session: referenceOf(asked.sessionId ?? httpSseId, references),
      httpSseId,
      awaitsEndpoint: mayTurnOut(request, url),
      asked,
      request,
      carrier: undefined,
      isRequestCoded: valueOf(rawHeaders, 'content-encoding') !== undefined,
      isAnswerCoded: false,
      begun: undefined,
      isOver: false,
    };
  }

  /** Decides by its first event what a stream is: one of HTTP+SSE, another, or none of the protocol. */
  function meetEndpoint(watch: PassingWatch): void {
    if (!noteEndpoint(watch)) return;
    if (watch.httpSseId !== undefined) {
      watch.session = references.of(watch.httpSseId);
      watch.carrier ??= carriers.of(watch.request, watch.target);
      watch.begun?.(watch.session);
    }
    if (watch.carrier !== undefined) tellStream(watch);
  }

  function tellStream(watch: PassingWatch): void {
    telling.later(() => telling.stream(watch, watch.asked));
  }

  function tell(watch: PassingWatch, carrier: Carrier, how: End): void {
    // Its first event never came.
    if (watch.awaitsEndpoint && watch.openedAt > 0) tellStream(watch);
    const ended = { ...how, at: now() };
    telling.later(() => {
      const { asked, httpSseId, requestPrefix } = watch;
      const peer = (carrier.peer = remotePeerOf(asked, carrier.address, carrier.peer, references));
      const exchange = exchangeOf({ watch, asked, peer, ended }, listener);
      telling.exchange(httpSseId === undefined ? exchange : byHttpSse(exchange, httpSseId), requestPrefix);
    });
  }

  function passingOf(watch: PassingWatch): Passing {
    const guarded = telling.guarded;
    return {
      requestChunk: (chunk) =>
        guarded(() => (watch.isRequestCoded ? undefined : noteRequestChunk(watch, chunk))),
      head: (status, headers, begun) =>
        guarded(() => {
          watch.begun = begun;
          watch.isAnswerCoded = valueOf(headers, 'content-encoding') !== undefined;
          const isStream = noteHead(watch, watch.asked, status, (name) => valueOf(headers, name), now);
          if (!isStream) watch.awaitsEndpoint = false;
          else if (!watch.awaitsEndpoint) tellStream(watch);
        }),
      answerChunk: (chunk) =>
        guarded(() => {
          noteAnswerChunk(watch, watch.isAnswerCoded ? '' : chunk, undefined, now);
          if (watch.awaitsEndpoint) meetEndpoint(watch);
        }),
      ended: (how) =>
        guarded(() => {
          if (!watch.isOver && watch.carrier !== undefined) tell(watch, watch.carrier, ENDS[how]);
          watch.isOver = true;
        }),
    };
  }

  return (request, route) => telling.guarded(() => begin(request, route)) ?? UNWATCHED;
}
