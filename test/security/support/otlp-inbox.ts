import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A receiver of OTLP over HTTP, in JSON. */
export interface OtlpInbox {
  readonly url: string;
  /** All that came, by the last word of the path: `traces`, `metrics`, `logs`. */
  readonly received: (signal: string) => string;
  readonly close: () => Promise<void>;
}

/** Starts an {@link OtlpInbox} on a free port. */
export async function startOtlpInbox(): Promise<OtlpInbox> {
  const bodies = new Map<string, string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
      const signal = request.url?.split('/').at(-1) ?? '';
      bodies.set(signal, (bodies.get(signal) ?? '') + text);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: (signal) => bodies.get(signal) ?? '',
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
