import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { StreamableHTTPServerTransport as Transport132 } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { StreamableHTTPServerTransport as Transport129 } from 'modelcontextprotocol-sdk-1-29/server/streamableHttp.js';
import { jsonBodyOf } from '../../../demo/servers/json-body.ts';
import { makeServer129, makeServer132 } from './tools.ts';

/** One transport of SDK 1.x for everybody, as the quick starts have it: one session in the life of the process. */
export function serveSingle(version: '1.29' | '1.32'): RequestListener {
  const options = { sessionIdGenerator: () => randomUUID() };
  const transport =
    version === '1.29' ? (new Transport129(options) as unknown as Transport132) : new Transport132(options);
  const connected = (version === '1.29' ? makeServer129 : makeServer132)().connect(transport);
  return (request, response) => {
    const serve = async (): Promise<void> => {
      await connected;
      const body = request.method === 'POST' ? await jsonBodyOf(request) : undefined;
      await transport.handleRequest(request, response, body);
    };
    void serve().catch(() => response.destroy());
  };
}
