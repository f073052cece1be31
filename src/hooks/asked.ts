import type { ReadHeader } from './head.ts';

/** The headers of a request that matter here. */
export interface Asked {
  readonly sessionId: string | undefined;
  readonly protocolVersion: string | undefined;
  /** The method, which a header names from revision 2026-07-28 on. */
  readonly rpcMethod: string | undefined;
  /** The tool, prompt or resource, which a header names from then on too. */
  readonly name: string | undefined;
  readonly lastEventId: string | undefined;
  readonly origin: string | undefined;
  readonly credential: string;
  readonly agent: string;
  readonly forwardedFor: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** Reads the headers of a request, one after the other; `agent` is what a request without a `User-Agent` stands for. */
export function askedIn(read: ReadHeader, agent = ''): Asked {
  return {
    sessionId: read('mcp-session-id'),
    protocolVersion: read('mcp-protocol-version'),
    rpcMethod: read('mcp-method'),
    name: read('mcp-name'),
    lastEventId: read('last-event-id'),
    origin: read('origin'),
    credential: read('authorization') ?? '',
    agent: read('user-agent') ?? agent,
    forwardedFor: read('x-forwarded-for'),
    traceparent: read('traceparent'),
    tracestate: read('tracestate'),
  };
}
