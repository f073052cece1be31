import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpSseSessionIn, type Listener, type Reference } from '../../exchange/index.ts';
import { referenceOf } from '../../hooks/session-id.ts';
import { createHostCheck } from '../host-check.ts';
import { serverOf } from './connections.ts';
import { createDrain, type Drain, type Underway } from './drain.ts';
import { createFastPath, createHandOver } from './fast-path/index.ts';
import { createForward } from './forward.ts';
import {
  breakOff,
  isHttp1,
  valueOf,
  type ClientRequest,
  type ClientResponse,
  type RequestHead,
} from './messages.ts';
import { answerSelf, type SentAnswer } from './own-answer.ts';
import { createWatchPassing } from './passing.ts';
import type { Begun, Way } from './passage.ts';
import { FOREIGN_HOST, MISDIRECTED, NOWHERE, refusalOf, tellRefusals, type OwnRefusal } from './refusals.ts';
import { withDefaults, type FullSettings, type ProxySettings, type Upstream } from './settings.ts';
import { createUpstreamTable, type UpstreamTable } from './upstream-table.ts';

/** A reverse proxy that is watched. */
export interface Proxy {
  /** Begins to listen; answers the URL. Rejects when the address cannot be had. */
  readonly listen: () => Promise<string>;
  /**
   * Accepts no more, lets requests under way come to their end, and ends what is left after `drainTimeout`: event
   * streams as streams end, so that their clients come back elsewhere; all others are broken off.
   */
  readonly drain: () => Promise<void>;
  /** Ends everything at once. */
  readonly close: () => Promise<void>;
  /**
   * Serves other upstreams from here on. Requests under way stay where they are, and an upstream whose name and
   * addresses are as before keeps its sessions.
   */
  readonly reload: (upstreams: readonly Upstream[]) => void;
}

/** Makes a {@link Proxy} that passes requests on to its upstreams, and tells `listener` what it sees. */
export function createProxy(listener: Listener, settings: ProxySettings): Proxy {
  const full = withDefaults(settings);
  const drain = createDrain(full.drainTimeout);
  const server = serverOf(full);
  const upstreams = createUpstreamTable(full, listener);
  const findWay = createFindWay(listener, full, upstreams);
  const handOver = server instanceof Server ? createHandOver(server) : undefined;
  const handle = createHandler(listener, full, findWay);
  const onRequest = (request: ClientRequest, response: ClientResponse): void => {
    const begun = handOver?.take(request.socket);
    handle(request, response, underwayOf(drain, response), begun);
    begun?.underway.over();
  };
  for (const event of ['request', 'checkContinue']) server.on(event, onRequest);
  const fastPath = handOver && createFastPath({ settings: full, drain, findWay, handOver, failed });
  drain.follow(server, () => fastPath?.closeUnused());
  tellRefusals(server, listener);
  if (fastPath !== undefined) server.on('connection', fastPath.follow);

  function failed(error: unknown): void {
    listener.failed('hook', error);
  }

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: full.host, port: full.port, exclusive: true }, () => {
          server.off('error', reject);
          server.on('error', failed);
          resolve(urlOf(full, (server.address() as AddressInfo).port));
        });
      }),
    drain: () => drain.begin(),
    close: () => drain.now(),
    reload: (served) => upstreams.reload(served),
  };
}

function urlOf({ host, tls }: FullSettings, port: number): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

function underwayOf(drain: Drain, response: ClientResponse): Underway {
  const underway = drain.began({
    letGo() {
      if (isHttp1(response)) response.shouldKeepAlive = false;
    },
    end: () => void response.end(),
    breakOff: () => breakOff(response),
  });
  response.once('close', () => underway.over());
  return underway;
}

/** Finds where a request goes, or why it goes nowhere. */
function createFindWay(
  listener: Listener,
  settings: FullSettings,
  upstreams: UpstreamTable,
): (request: RequestHead) => Way | OwnRefusal {
  const isAllowedHost = hostCheckOf(settings);
  const watchPassing = createWatchPassing(listener);

  /** Where it cannot be had, the request goes on without affinity. */
  function reference(sessionId: string | undefined): Reference | undefined {
    try {
      return referenceOf(sessionId, listener.references);
    } catch (error) {
      listener.failed('hook', error);
      return undefined;
    }
  }

  return (request) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refusal;
    const host = hostOf(request);
    if (!isAllowedHost(host)) return FOREIGN_HOST;
    const sessionId = sessionIdOf(request);
    const route = upstreams.route(request.url ?? '/', host);
    if (route === undefined) return sessionId === undefined ? NOWHERE : MISDIRECTED;
    return {
      path: route.path,
      addresses: upstreams.addressesOf(route.upstream),
      session: reference(sessionId),
      referenceOf: reference,
      passing: watchPassing(request, route),
    };
  };
}

function createHandler(
  listener: Listener,
  settings: FullSettings,
  findWay: (request: RequestHead) => Way | OwnRefusal,
): (request: ClientRequest, response: ClientResponse, underway: Underway, begun: Begun | undefined) => void {
  const forward = createForward(settings, refuse);

  /** Whoever is refused is not read any further: the connection ends with the answer. */
  function refuse(request: ClientRequest, response: ClientResponse, own: OwnRefusal): SentAnswer {
    if ('shouldKeepAlive' in response && !request.complete) response.shouldKeepAlive = false;
    listener.refused?.(own.refusal);
    return answerSelf(response, own);
  }

  return (request, response, underway, begun) => {
    const way = begun?.way ?? findWay(request);
    if ('refusal' in way) refuse(request, response, way);
    else forward({ ...way, request, response, underway }, begun);
  };
}

function hostCheckOf({ hostHeader, allowedHosts }: FullSettings): (host: string) => boolean {
  if (hostHeader === 'client' && allowedHosts === undefined) return () => true;
  return createHostCheck(allowedHosts ?? []);
}

function hostOf({ rawHeaders }: RequestHead): string {
  return valueOf(rawHeaders, 'host') ?? valueOf(rawHeaders, ':authority') ?? '';
}

function sessionIdOf({ rawHeaders, url = '' }: RequestHead): string | undefined {
  return valueOf(rawHeaders, 'mcp-session-id') ?? httpSseSessionIn(url);
}
