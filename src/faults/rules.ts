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
