import http, { type Server } from 'node:http';
import http2, { type Http2SecureServer } from 'node:http2';
import type { FullSettings } from './settings.ts';
import { PROBE_MS, UNUSED_MS } from './times.ts';

/** Heads are held to node's strict parser, and to 16 KiB; who is slow with them, or with a body, is let go. */
export function serverOf(settings: FullSettings): Server | Http2SecureServer {
  const { tls, headersTimeout, requestTimeout, maxConnections } = settings;
  const bounds = {
    headersTimeout: Math.min(headersTimeout, requestTimeout),
    requestTimeout,
    connectionsCheckingInterval: Math.min(5000, headersTimeout, requestTimeout),
    keepAlive: true,
    keepAliveInitialDelay: PROBE_MS,
    keepAliveTimeout: UNUSED_MS,
    insecureHTTPParser: false,
    maxHeaderSize: 16_384,
    noDelay: true,
  };
  const server = tls === undefined ? http.createServer(bounds) : secureServerOf(tls, bounds);
  // A field beyond node's count would be left out silently.
  Object.assign(server, { maxHeadersCount: 0, maxConnections });
  return server;
}

/** So many requests may be under way on one connection of HTTP/2, each with a connection of its own to an upstream. */
const MOST_STREAMS = 250;

function secureServerOf(
  tls: NonNullable<FullSettings['tls']>,
  bounds: http.ServerOptions,
): Http2SecureServer {
  const server = http2.createSecureServer({
    ...tls,
    ...bounds,
    allowHTTP1: true,
    ...(bounds.headersTimeout === undefined ? undefined : { handshakeTimeout: bounds.headersTimeout }),
    settings: { maxConcurrentStreams: MOST_STREAMS },
  });
  return server.on('session', (session) => {
    let open = 0;
    session.on('stream', (stream) => {
      open++;
      stream.once('close', () => open--);
    });
    session.setTimeout(UNUSED_MS, () => {
      if (open === 0) session.close();
    });
  });
}
