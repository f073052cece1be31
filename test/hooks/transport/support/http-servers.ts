import { randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { serverOfSdk1 } from './server-of-sdk-1.ts';
import { serverOfSdk2 } from './server-of-sdk-2.ts';
import type { Inside } from './tools.ts';
import type { Watch } from './watch.ts';

/** What a server over HTTP is made with. */
export interface Serving {
  readonly server: Watch;
  readonly inside?: Inside;
  /** Answers a session that is not known. Default: 404, as the protocol has it. */
  readonly refuse?: (response: ServerResponse) => void;
}

function notFound(response: ServerResponse): void {
  response.writeHead(404).end();
}

/** A session map as small as it can be: one transport for each `initialize`. */
export function sessions<
  Transport extends { handleRequest: (...args: Parameters<RequestListener>) => Promise<void> },
>(
  open: (known: (id: string, transport: Transport) => void) => Promise<Transport>,
  refuse: (response: ServerResponse) => void,
): RequestListener {
  const transports = new Map<string, Transport>();
  const serve = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
    const id = request.headers['mcp-session-id'];
    if (id === undefined) {
      await (
        await open((given, transport) => transports.set(given, transport))
      ).handleRequest(request, response);
      return;
    }
    const transport = transports.get(String(id));
    if (transport === undefined) refuse(response);
    else await transport.handleRequest(request, response);
  };
  return (request, response) => void serve(request, response).catch(() => response.destroy());
}

export const httpOfSdk1 = ({ server: watch, inside, refuse = notFound }: Serving): RequestListener =>
  sessions<StreamableHTTPServerTransport>(async (known) => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => known(id, transport),
    });
    await serverOfSdk1(inside).connect(watch(transport));
    return transport;
  }, refuse);

export const httpOfSdk2 = ({ server: watch, inside, refuse = notFound }: Serving): RequestListener =>
  sessions<NodeStreamableHTTPServerTransport>(async (known) => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => known(id, transport),
    });
    await serverOfSdk2(inside).connect(watch(transport));
    return transport;
  }, refuse);

/** The way of 2.x: the SDK makes the transports, so it is the server that is watched. */
export const handlerOfSdk2 = ({ server: watch, inside }: Serving): RequestListener => {
  const handle = toNodeHandler(createMcpHandler(() => watch(serverOfSdk2(inside))));
  return (request, response) => void handle(request as Parameters<typeof handle>[0], response);
};
