import type { AddressInfo } from 'node:net';
import { httpSseSessionIn, type Listener, type Reference } from '../../exchange/index.ts';
import { referenceOf } from '../../hooks/session-id.ts';
import { createHostCheck } from '../host-check.ts';
import { createDrain, type Underway } from './drain.ts';
import { serverOf } from './connections.ts';
import { createForward } from './forward.ts';
import type { ClientRequest, ClientResponse } from './messages.ts';
import { answerSelf, type SentAnswer } from './own-answer.ts';
import { createWatchPassing } from './passing.ts';
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
  const handle = createHandler(listener, full, upstreams);
  const onRequest = (request: ClientRequest, response: ClientResponse): void =>
    handle(request, response, drain.began(response));
  for (const event of ['request', 'checkContinue']) server.on(event, onRequest);
  drain.follow(server);
  tellRefusals(server, listener);
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: full.host, port: full.port, exclusive: true }, () => {
          server.off('error', reject);
          server.on('error', (error) => listener.failed('hook', error));
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

function createHandler(
  listener: Listener,
  settings: FullSettings,
  upstreams: UpstreamTable,
): (request: ClientRequest, response: ClientResponse, underway: Underway) => void {
  const isAllowedHost = hostCheckOf(settings);
  const watchPassing = createWatchPassing(listener);
  const forward = createForward(settings, refuse);

  /** Where it cannot be had, the request goes on without affinity. */
  function reference(sessionId: string | undefined): Reference | undefined {
    try {
      return referenceOf(sessionId, listener.references);
    } catch (error) {
      listener.failed('hook', error);
      return undefined;
    }
  }

  /** Whoever is refused is not read any further: the connection ends with the answer. */
  function refuse(request: ClientRequest, response: ClientResponse, own: OwnRefusal): SentAnswer {
    if ('shouldKeepAlive' in response && !request.complete) response.shouldKeepAlive = false;
    listener.refused?.(own.refusal);
    return answerSelf(response, own);
  }

  return (request, response, underway) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return void refuse(request, response, refusal);
    const host = hostOf(request);
    if (!isAllowedHost(host)) return void refuse(request, response, FOREIGN_HOST);
    const sessionId = sessionIdOf(request);
    const route = upstreams.route(request.url ?? '/', host);
    if (route === undefined)
      return void refuse(request, response, sessionId === undefined ? NOWHERE : MISDIRECTED);
    return forward({
      request,
      response,
      path: route.path,
      addresses: upstreams.addressesOf(route.upstream),
      session: reference(sessionId),
      referenceOf: reference,
      passing: watchPassing(request, route),
      underway,
    });
  };
}

function hostCheckOf({ hostHeader, allowedHosts }: FullSettings): (host: string) => boolean {
  if (hostHeader === 'client' && allowedHosts === undefined) return () => true;
  return createHostCheck(allowedHosts ?? []);
}

function hostOf({ headers }: ClientRequest): string {
  const authority = headers[':authority'];
  return headers.host ?? (typeof authority === 'string' ? authority : '');
}

function sessionIdOf({ headers, url = '' }: ClientRequest): string | undefined {
  const id = headers['mcp-session-id'];
  return typeof id === 'string' ? id : httpSseSessionIn(url);
}
