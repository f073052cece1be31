/**
 * One server to be measured, in a process of its own: `server.ts <sdk|node> <bare|watched>`. Tells its parent the
 * port it listens on, and its CPU time whenever the parent asks, who says at the same time whether the exchanges to
 * come are to be watched. A server that was started bare never has a hook.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { watchNodeHttp } from '../src/hooks/node-http/index.ts';
import { createObserver } from '../src/index.ts';
import { exposeToPrometheus } from '../src/sinks/prometheus.ts';

const [kind, variant] = process.argv.slice(2);

let watching = true;
if (variant === 'watched') watch();
const server = createServer(kind === 'sdk' ? sdkListener() : nodeListener());
// A server waits for its turn with its connections open.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', (next: { watching: boolean }) => {
  ({ watching } = next);
  process.send?.({ cpu: process.cpuUsage() });
});
process.on('disconnect', () => process.exit());

/** Everything a user gets, and a scrape every 15 s, as Prometheus is mostly told to. */
function watch(): void {
  const observer = createObserver({ onError: (stage, error) => console.error(stage, error) });
  const registry = new Registry();
  exposeToPrometheus(observer, registry);
  watchNodeHttp(observer, { ignore: () => !watching });
  setInterval(() => void registry.metrics(), 15_000);
}

/** The smallest stateful server of the SDK: a map of transports and one tool. */
function sdkListener(): (request: IncomingMessage, response: ServerResponse) => void {
  const transports = new Map<string, StreamableHTTPServerTransport>();

  async function newTransport(): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void transports.set(id, transport),
    });
    const mcp = new McpServer({ name: 'bench', version: '1.0.0' });
    mcp.registerTool('echo', { inputSchema: { text: z.string() } }, ({ text }) => ({
      content: [{ type: 'text', text }],
    }));
    await mcp.connect(transport);
    return transport;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const transport = typeof id === 'string' ? transports.get(id) : await newTransport();
    if (transport === undefined) return void response.writeHead(404).end();
    await transport.handleRequest(request, response);
  }

  return (request, response) => void handle(request, response);
}

/** The least a server on node:http can do: read the body, answer with as many bytes as the SDK does. */
function nodeListener(): (request: IncomingMessage, response: ServerResponse) => void {
  const answer = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    result: { content: [{ type: 'text', text: 'hello' }] },
  });
  return (request, response) => {
    request.resume();
    request.on('end', () => {
      const given = request.headers['mcp-session-id'] ?? randomUUID();
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': given });
      response.end(answer);
    });
  };
}
