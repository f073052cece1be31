/*
 * How the HTTP+SSE transport of revision 2024-11-05 shows itself: a GET is answered by a stream whose first event,
 * `endpoint`, names the address for messages, and the query of that address holds the session id.
 */

/** TypeScript, Java, C#, Rust and mcp-go write `sessionId`, Python `session_id`, Go `sessionid`. */
const SESSION_ID = /[?&]session_?id=([^&#\s]*)/i;

/** The session id in the query of an address to which messages are posted; nothing when there is none. */
export function sessionIdInQuery(url: string): string | undefined {
  if (!url.includes('?')) return undefined;
  const id = SESSION_ID.exec(url)?.[1];
  return id === undefined || id === '' ? undefined : decoded(id);
}

/** The first event of the stream, once it is whole; comments may stand before it. */
const ENDPOINT = /^\uFEFF?(?::[^\r\n]*\r?\n|\r?\n)*event:[ ]?endpoint\r?\ndata:[ ]?([^\r\n]*)\r?\n/;

/** The session id that a stream of this transport names in its first event; nothing when it is another stream. */
export function sessionIdInEndpoint(beginning: string): string | undefined {
  const address = ENDPOINT.exec(beginning)?.[1];
  return address === undefined ? undefined : sessionIdInQuery(address);
}

/** Paths at which servers of this transport are known to open its stream, and to take messages. */
const STREAM_PATH = /\/sse\/?$/;
const MESSAGE_PATH = /\/(messages?|sse)\/?$/;

/** Whether a GET of this address may open a stream of the transport: what it answers will tell. */
export function mayOpenHttpSse(url: string): boolean {
  return STREAM_PATH.test(pathOf(url));
}

/** The session to which a message is posted at this address; nothing when it is none of the transport. */
export function httpSseSessionIn(url: string): string | undefined {
  const id = sessionIdInQuery(url);
  return id !== undefined && MESSAGE_PATH.test(pathOf(url)) ? id : undefined;
}

function pathOf(url: string): string {
  return url.slice(0, url.search(/[?#]|$/));
}

/** An id that is no valid percent-encoding stands for itself. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
