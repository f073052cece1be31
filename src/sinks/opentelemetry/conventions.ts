import type { Operation, OperationStart, Reference } from '../../exchange/index.ts';
import type { Attributes } from './api.ts';

/**
 * OpenTelemetry's semantic conventions for MCP, as open-telemetry/semantic-conventions-genai has them
 * (docs/gen-ai/mcp.md at 0393513; status: development). Everything that a span of an operation says is said here.
 */

/** `SpanKind` of OpenTelemetry: whoever asks is the client, be it the MCP server. */
export const SPAN_KINDS = { internal: 0, received: 1, sent: 2 } as const;

/** `SpanStatusCode.ERROR` of OpenTelemetry. */
export const STATUS_ERROR = 2;

/** What is known when an operation begins: the name of its span, its kind, and the first attributes. */
export function spanOfStart({
  direction,
  method,
  call,
}: Pick<OperationStart, 'direction' | 'method'> & {
  readonly call: OperationStart['call'] | undefined;
}): { readonly name: string; readonly kind: 1 | 2; readonly attributes: Attributes } {
  const { requestId, name, resourceUri } = call ?? {};
  const tool = method === 'tools/call' ? name : undefined;
  const prompt = method === 'prompts/get' ? name : undefined;
  const target = tool ?? prompt;
  return {
    name: target === undefined ? method : `${method} ${target}`,
    kind: SPAN_KINDS[direction],
    attributes: present({
      'mcp.method.name': method,
      'jsonrpc.request.id': requestId,
      'gen_ai.tool.name': tool,
      'gen_ai.prompt.name': prompt,
      'gen_ai.operation.name': method === 'tools/call' ? 'execute_tool' : undefined,
      'mcp.resource.uri': resourceUri,
    }),
  };
}

/** What is known when it is over. The session is told by its reference: its id is a credential. */
export function attributesOfEnd(operation: Operation): Attributes {
  const { session, protocolVersion, errorType, rpcErrorCode, networkTransport, call } = operation;
  const { network = {} } = call ?? {};
  return present({
    'mcp.session.id': sessionIdOf(session),
    'mcp.protocol.version': protocolVersion === 'none' ? undefined : protocolVersion,
    'error.type': errorType === '' ? undefined : errorType,
    'rpc.response.status_code': rpcErrorCode,
    'network.transport': networkTransport,
    'network.protocol.name': networkTransport === 'tcp' ? 'http' : undefined,
    'network.protocol.version': network.protocolVersion,
    'server.address': network.serverAddress,
    'server.port': network.serverPort,
    'client.address': network.clientAddress,
    'client.port': network.clientPort,
  });
}

/**
 * A session by its reference. One that a process sees from two sides is two to the observer, told apart behind a
 * slash; it is one here, and a trace goes through both.
 */
export function sessionIdOf(session: Reference | undefined): string | undefined {
  return session?.split('/', 1)[0];
}

/** Attributes without those that do not apply. */
export function present(attributes: Readonly<Record<string, string | number | undefined>>): Attributes {
  const known = Object.entries(attributes).filter(
    (pair): pair is [string, string | number] => pair[1] !== undefined,
  );
  return Object.fromEntries(known);
}
