import type { IncomingMessage } from 'node:http';

/** The headers of a request that matter here. */
export interface Asked {
  readonly sessionId: string | undefined;
  readonly protocolVersion: string | undefined;
  /** The method, which a header names from revision 2026-07-28 on. */
  readonly rpcMethod: string | undefined;
  readonly lastEventId: string | undefined;
  readonly origin: string | undefined;
  readonly credential: string;
  readonly agent: string;
  readonly forwardedFor: string | undefined;
}

type Names = { readonly [Field in keyof Asked]: string };

const NAMES: Names = {
  sessionId: 'mcp-session-id',
  protocolVersion: 'mcp-protocol-version',
  rpcMethod: 'mcp-method',
  lastEventId: 'last-event-id',
  origin: 'origin',
  credential: 'authorization',
  agent: 'user-agent',
  forwardedFor: 'x-forwarded-for',
};

const FIELDS = new Map(Object.entries(NAMES).map(([field, name]) => [name, field as keyof Asked]));

/** Of these node keeps the first, when a request has several; others it joins by commas. */
const SINGLE: ReadonlySet<keyof Asked> = new Set(['credential', 'agent']);

/**
 * Reads the headers as they came. `request.headers` is only built when somebody asks for it, at a microsecond's cost:
 * a program that does without it shall not pay for it because it is watched.
 */
export function readAsked({ rawHeaders }: IncomingMessage): Asked {
  const asked: Record<keyof Asked, string | undefined> & Pick<Asked, 'credential' | 'agent'> = {
    sessionId: undefined,
    protocolVersion: undefined,
    rpcMethod: undefined,
    lastEventId: undefined,
    origin: undefined,
    credential: '',
    agent: '',
    forwardedFor: undefined,
  };
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const field = FIELDS.get((rawHeaders[i] as string).toLowerCase());
    if (field === undefined) continue;
    const value = rawHeaders[i + 1] as string;
    const before = asked[field];
    if (before === undefined || before === '') asked[field] = value;
    else if (!SINGLE.has(field)) asked[field] = `${before}, ${value}`;
  }
  return asked;
}
