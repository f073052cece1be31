/** The clauses of the specification that faults break, told once. */
const TRANSPORT = 'MCP 2025-11-25, basic/transports, Session Management';

/** An ended session is answered 404. */
export const ENDED_IS_404 = {
  text: 'A server must answer 404 to every request that carries the id of a session it has ended.',
  source: `${TRANSPORT}, clause 3`,
};

/** On 404 the client begins anew. */
export const ON_404_INITIALIZE = {
  text: 'A client that gets 404 for a request with a session id must start a new session: an initialize without the id.',
  source: `${TRANSPORT}, clause 4`,
};

/** The id goes back with every request. */
export const ECHO_THE_ID = {
  text: 'A client that was given a session id must send it with every later request.',
  source: `${TRANSPORT}, clause 2`,
};

/** A client says goodbye. */
export const DELETE_WHEN_DONE = {
  text: 'A client that no longer needs a session should end it with DELETE.',
  source: `${TRANSPORT}, clause 5`,
};

/** A session is begun to be used. */
export const INITIALIZE_TO_OPERATE = {
  text: 'Initialization is the first phase of a session, and operation follows it; a client begins again only when a session has ended.',
  source: 'MCP 2025-11-25, basic/lifecycle, Initialization and Operation',
};

/** No stream on GET is told by 405. */
export const GET_IS_STREAM_OR_405 = {
  text: 'A server must answer GET with an event stream or with 405.',
  source: 'MCP 2025-11-25, basic/transports, Listening for Messages from the Server',
};

/** After this long without a repeat, a fault that only new requests could renew is over. */
export const QUIET = {
  value: 600_000,
  unit: 'ms',
  reason:
    'long enough that a model-driven client, minutes between calls, stays one case instead of flickering',
} as const;

/** The four revisions with sessions. */
export const SESSIONFUL = ['sessionful'] as const;

/** Wherever both halves of an exchange pass by. */
export const EVERYWHERE = ['server', 'client', 'proxy'] as const;

/**
 * Where many clients pass by, browsers among them. A hook in one program knows what befell its own sessions, and
 * nothing of the others: docs/decisions/0021.
 */
export const SEEN_FROM_MANY = ['server', 'proxy'] as const;

/** From where a hop before the server can be told from the server. */
export const SEEN_IN_BETWEEN = ['client', 'proxy'] as const;

/** What may have been done is not done again unasked. */
export const NOT_TWICE = {
  text: 'A tool may change the world outside: unless its annotations say that it only reads or is idempotent, calling it again with the same arguments may do so twice. A broken connection does not take a request back.',
  source:
    'MCP 2025-11-25, schema, ToolAnnotations.idempotentHint, and basic/transports, Sending Messages to the Server',
};

/** The version header follows the handshake. */
export const NEGOTIATED_VERSION = {
  text: 'The revision is settled by initialize; the client names it with every later request, and the server refuses others with 400.',
  source:
    'MCP 2025-11-25, basic/lifecycle, Version Negotiation, and basic/transports, Protocol Version Header',
};

/** The handshake has three steps. */
export const INITIALIZED_FIRST = {
  text: 'After a successful initialize the client must send notifications/initialized, and should send no other request before.',
  source: 'MCP 2025-11-25, basic/lifecycle, Initialization',
};

/** Streams with event ids can be resumed. */
export const RESUME = {
  text: 'A client may resume a broken stream with a GET that names the last event id, and the server then sends what was missed.',
  source: 'MCP 2025-11-25, basic/transports, Resumability and Redelivery',
};

/** Ids come with the handshake alone. */
export const IDS_AT_HANDSHAKE = {
  text: 'A session id is given with the answer to a successful initialize, and with nothing else.',
  source: `${TRANSPORT}, clause 1`,
};

/** Ids are secrets. */
export const IDS_ARE_SECRET = {
  text: 'Session ids should be bound to the user; a session is not a login, and a server must check each request.',
  source: 'MCP 2025-11-25, basic/security_best_practices, Session Hijacking',
};

/** A server is there for many. */
export const MANY_SESSIONS = {
  text: 'A server handles several clients at once, each with a session of its own.',
  source: 'MCP 2025-11-25, basic/transports, Streamable HTTP',
};

/** Who asks in the new way falls back to the old. */
export const FALL_BACK = {
  text: 'A client that speaks both eras asks in the new way first, and falls back to initialize when the answer is no recognised modern error.',
  source: 'MCP 2026-07-28, basic/transports, Backwards Compatibility',
};

/** 401 asks for another credential. */
export const UNAUTHORIZED = {
  text: 'On 401 a client must get a valid token, and then use that.',
  source: 'MCP 2025-11-25, basic/authorization, Token Handling',
};
