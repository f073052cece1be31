import { toNodeHandler, type NodeMcpRequestHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer, type McpHttpHandler } from '@modelcontextprotocol/server';
import { VERSION } from '../../version.ts';
import type { McpSources } from './answered.ts';
import { registerExplainSession } from './explain-session.ts';
import { registerFaultTools } from './fault-tools.ts';
import { registerListClients } from './list-clients.ts';
import { registerProbeTarget } from './probe-target.ts';

/** The MCP server of the exporter, as `node:http` asks it. */
export interface McpHandler {
  readonly handle: NodeMcpRequestHandler;
  close(): Promise<void>;
}

/** A question names a session or a filter, and is short. */
const MOST_BYTES = 64 * 1024;

/** As many as may have the page open. */
const MOST_SUBSCRIPTIONS = 32;

const INSTRUCTIONS =
  'Knows the MCP sessions that pass this process, and which side is at fault when one breaks. ' +
  'When tools of another MCP server fail, ask list_faults what is broken there, then explain_session about one session. probe_target asks a server itself. ' +
  'Nothing here changes anything.';

/** Makes an {@link McpHandler}: each request is answered by a server of its own, so nothing is kept between them. */
export function createHandler(sources: McpSources): McpHandler {
  const handler = createMcpHandler(() => serverOf(sources), {
    maxRequestBodySize: MOST_BYTES,
    maxSubscriptions: MOST_SUBSCRIPTIONS,
  });
  const onerror = (error: Error): void => sources.observer.failed('signal', error);
  return {
    handle: toNodeHandler(
      { fetch: withoutConnection(handler.fetch) },
      { maxRequestBodySize: MOST_BYTES, onerror },
    ),
    close: handler.close,
  };
}

/** The SDK keeps connections alive that a client wants closed. Node knows what to say of a connection. */
function withoutConnection(fetch: McpHttpHandler['fetch']): McpHttpHandler['fetch'] {
  return async (request, options) => {
    const response = await fetch(request, options);
    response.headers.delete('connection');
    return response;
  };
}

function serverOf(sources: McpSources): McpServer {
  const server = new McpServer(
    { name: 'mcp-session-exporter', version: VERSION },
    { instructions: INSTRUCTIONS },
  );
  registerFaultTools(server, sources);
  registerExplainSession(server, sources);
  registerListClients(server, sources);
  registerProbeTarget(server, sources);
  return server;
}
