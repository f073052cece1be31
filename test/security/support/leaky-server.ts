import { SECRETS } from './secrets.ts';

/** A request, whatever framework took it. */
export interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What is answered. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const STREAM_TYPE = { 'content-type': 'text/event-stream' };

/** A server of sessions that repeats in its answers all that it was told, as careless servers do. */
export function createLeakyServer(): (asked: Asked) => Answered {
  const sessions = new Set<string>();
  let begun = 0;

  return ({ method, headers, body }) => {
    const { 'mcp-session-id': session = '', authorization = '' } = headers;
    const id = Number(/"id":(\d+)/.exec(body)?.[1] ?? 0);
    const told = `${session} ${authorization} ${headers['cookie'] ?? ''} ${body.slice(0, 500)}`;
    const refusal = (status: number, words: string): Answered => {
      const error = { code: -32_001, message: `${words}: ${told}` };
      return { status, headers: JSON_TYPE, body: JSON.stringify({ jsonrpc: '2.0', id: null, error }) };
    };
    if (authorization.includes(SECRETS.refusedToken)) {
      const challenge = `Bearer realm="${SECRETS.realm}", error_description="${authorization} has expired"`;
      return { ...refusal(401, 'Unauthorized'), headers: { ...JSON_TYPE, 'www-authenticate': challenge } };
    }
    if (headers['x-forget'] !== undefined) sessions.clear();
    if (body.includes('"initialize"')) {
      const given = `${SECRETS.session}-${begun++}`;
      sessions.add(given);
      const serverInfo = { name: SECRETS.serverName, version: '1' };
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {}, prompts: {}, resources: {} },
        serverInfo,
      };
      const answer = JSON.stringify({ jsonrpc: '2.0', id, result });
      return { status: 200, headers: { ...JSON_TYPE, 'mcp-session-id': given }, body: answer };
    }
    if (headers['mcp-protocol-version'] !== '2026-07-28' && !sessions.has(session))
      return refusal(400, 'Session not found');
    if (method === 'DELETE') return { status: 405, headers: JSON_TYPE, body: `{"said":"${session}"}` };
    const content = [{ type: 'text', text: `${SECRETS.result} ${told}` }];
    const data = JSON.stringify({ jsonrpc: '2.0', id, result: { content } });
    return { status: 200, headers: STREAM_TYPE, body: `id: ${SECRETS.eventId}\ndata: ${data}\n\n` };
  };
}
