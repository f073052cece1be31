import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type Request, type Response } from 'express';

/** The releases of version 1 of the SDK whose servers are probed: one on each side of every change in what they answer. */
export const SDK_1_PACKAGES = {
  '1.10.0': 'modelcontextprotocol-sdk-1-10',
  '1.12.3': 'modelcontextprotocol-sdk-1-12',
  '1.17.5': 'modelcontextprotocol-sdk-1-17',
  '1.29.0': 'modelcontextprotocol-sdk-1-29',
  '1.30.0': 'modelcontextprotocol-sdk-1-30',
  '1.31.0': 'modelcontextprotocol-sdk-1-31',
  '1.32.2': '@modelcontextprotocol/sdk',
} as const;

/** See {@link SDK_1_PACKAGES}. */
export type Sdk1Release = keyof typeof SDK_1_PACKAGES;

interface Transport {
  readonly sessionId?: string;
  onclose?: () => void;
  handleRequest(request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<void>;
}

interface TransportOptions {
  readonly sessionIdGenerator: (() => string) | undefined;
  readonly onsessioninitialized?: (id: string) => void;
}

interface McpServer {
  tool(name: string, answer: () => object): unknown;
  connect(transport: Transport): Promise<void>;
  close(): Promise<void>;
}

/** As much of a release as its servers need: the types of one do not fit another. */
interface Sdk1 {
  readonly McpServer: new (identity: { name: string; version: string }) => McpServer;
  readonly StreamableHTTPServerTransport: new (options: TransportOptions) => Transport;
  readonly isInitializeRequest: (body: unknown) => boolean;
}

async function load(release: Sdk1Release): Promise<Sdk1> {
  const modules = ['server/mcp.js', 'server/streamableHttp.js', 'types.js'];
  const loaded = await Promise.all(
    modules.map((module) => import(`${SDK_1_PACKAGES[release]}/${module}`) as Promise<Partial<Sdk1>>),
  );
  return Object.assign({}, ...loaded) as Sdk1;
}

function makeServer(sdk: Sdk1): McpServer {
  const server = new sdk.McpServer({ name: 'probed', version: '1.0.0' });
  server.tool('report', () => ({ content: [{ type: 'text', text: 'All is well.' }] }));
  return server;
}

/** The quick start of many programs: one transport, and so one session, for the whole server. */
export async function oneTransport(release: Sdk1Release): Promise<RequestListener> {
  const sdk = await load(release);
  const transport = new sdk.StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID() });
  await makeServer(sdk).connect(transport);
  return (request, response) => void transport.handleRequest(request, response);
}

/** A transport for every request, of whatever method, and no sessions. */
export async function stateless(release: Sdk1Release): Promise<RequestListener> {
  const sdk = await load(release);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const transport = new sdk.StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    const server = makeServer(sdk);
    response.on('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response);
  };
  return (request, response) => void serve(request, response).catch(() => response.destroy());
}

/** The session map of the READMEs and of the examples up to 1.31.0: an id it does not know is like one that is missing. */
export async function sessionMap(release: Sdk1Release): Promise<RequestListener> {
  const sdk = await load(release);
  const transports = new Map<string, Transport>();
  const app = express().use(express.json());

  app.post('/mcp', async (request: Request, response: Response) => {
    const session = request.get('mcp-session-id');
    const known = transports.get(session ?? '');
    const begins = session === undefined && sdk.isInitializeRequest(request.body);
    const transport = known ?? (begins ? await open(sdk, transports) : undefined);
    const error = { code: -32000, message: 'Bad Request: No valid session ID provided' };
    if (transport === undefined) response.status(400).json({ jsonrpc: '2.0', error, id: null });
    else await transport.handleRequest(request, response, request.body);
  });

  const byTransport = async (request: Request, response: Response): Promise<void> => {
    const transport = transports.get(request.get('mcp-session-id') ?? '');
    if (transport === undefined) response.status(400).send('Invalid or missing session ID');
    else await transport.handleRequest(request, response);
  };
  app.get('/mcp', byTransport);
  app.delete('/mcp', byTransport);
  return app;
}

async function open(sdk: Sdk1, transports: Map<string, Transport>): Promise<Transport> {
  const transport = new sdk.StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void transports.set(id, transport),
  });
  // Up to 1.12.3 `connect` puts another function in its place.
  transport.onclose = () => void transports.delete(transport.sessionId ?? '');
  await makeServer(sdk).connect(transport);
  return transport;
}
