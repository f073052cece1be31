/** What matters here of an answer's head. */
export interface Head {
  readonly status: number;
  readonly sessionId: string | undefined;
  readonly challenged: boolean;
  readonly retryAfter: boolean;
  /** A page in a browser may read the session id. */
  readonly exposesSession: boolean;
}

/** Reads the value of a header by its name in small letters. */
export type ReadHeader = (name: string) => string | undefined;

/** Reads an answer's head. */
export function readHead(status: number, read: ReadHeader, fromBrowser: boolean): Head {
  return {
    status,
    sessionId: read('mcp-session-id'),
    challenged: (status === 401 || status === 403) && read('www-authenticate') !== undefined,
    retryAfter: status >= 400 && read('retry-after') !== undefined,
    exposesSession: fromBrowser && exposes(read('access-control-expose-headers')),
  };
}

/** Whether an answer with this status and content type is an event stream. */
export function opensStream(status: number, contentType: string | undefined): boolean {
  return (
    status >= 200 && status < 300 && contentType !== undefined && contentType.startsWith('text/event-stream')
  );
}

/** The list names the header, or everything (which a browser takes at its word for requests without credentials). */
function exposes(list: string | undefined): boolean {
  const names = list?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  return names.includes('mcp-session-id') || names.includes('*');
}
