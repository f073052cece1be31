import { ADDRESS, SECRETS } from './secrets.ts';

type Fetch = typeof fetch;
type Headers = Readonly<Record<string, string>>;

const COMMON: Headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  authorization: `Bearer ${SECRETS.bearer}`,
  cookie: `token=${SECRETS.cookie}`,
  'x-api-key': SECRETS.apiKey,
  'user-agent': SECRETS.userAgent,
  'x-forwarded-for': ADDRESS,
  baggage: `account=${SECRETS.baggage}`,
  referer: `https://example.com/?${SECRETS.referer}`,
  'mcp-protocol-version': '2025-11-25',
};

/** Credentials in an address; the rest of it is no secret, and stands in spans. */
export const RESOURCE = `https://me:${SECRETS.resource}@example.org/page?token=${SECRETS.resource}`;

const META = { baggage: `account=${SECRETS.baggage}`, progressToken: SECRETS.argument };

function call(name: string = SECRETS.tool): object {
  return { method: 'tools/call', params: { name, arguments: { password: SECRETS.argument }, _meta: META } };
}

const INITIALIZE = {
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: SECRETS.clientName, version: SECRETS.clientVersion },
  },
};

/**
 * All that can befall a session, with something secret in every place that has room for it: it is begun, used,
 * asked for strange things, refused for its login, forgotten, and asked for again.
 */
export async function liveOneLife(url: string, ask: Fetch): Promise<void> {
  const send = async (message: object | string, headers: Headers = {}, method = 'POST'): Promise<string> => {
    const text =
      typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', id: 1, ...message });
    const body = method === 'POST' ? text : null;
    const address = `${url}?token=${SECRETS.query}`;
    const response = await ask(address, { method, headers: { ...COMMON, ...headers }, body });
    await response.text();
    return response.headers.get('mcp-session-id') ?? '';
  };
  const own = { 'mcp-session-id': await send(INITIALIZE) };
  await send({ method: 'notifications/initialized' }, own);
  await send(call(), own);
  await send({ method: 'prompts/get', params: { name: SECRETS.prompt } }, own);
  await send({ method: 'resources/read', params: { uri: RESOURCE } }, own);
  await send({ method: SECRETS.method, params: {} }, own);
  await send(`{"jsonrpc":"2.0","method":"${SECRETS.malformed}`, own);
  await send(call(), { ...own, 'mcp-protocol-version': SECRETS.version });
  await send('', { ...own, 'last-event-id': SECRETS.lastEvent }, 'GET');
  await send(call(), {
    ...own,
    authorization: `Basic ${Buffer.from(`me:${SECRETS.basic}`).toString('base64')}`,
  });
  await send(call(), { ...own, authorization: `Bearer ${SECRETS.refusedToken}` });
  const modern = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': SECRETS.tool,
  };
  await send(call(), modern);
  await send(call(), { ...own, 'x-forget': '1' });
  await send(call(), own);
  await send('', own, 'GET');
  await send('', own, 'DELETE');
  await send(INITIALIZE, own);
}
