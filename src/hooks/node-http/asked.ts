import type { IncomingMessage } from 'node:http';
import type { Asked } from '../asked.ts';

type Names = { readonly [Field in keyof Asked]: string };

const NAMES: Names = {
  sessionId: 'mcp-session-id',
  protocolVersion: 'mcp-protocol-version',
  rpcMethod: 'mcp-method',
  name: 'mcp-name',
  lastEventId: 'last-event-id',
  origin: 'origin',
  credential: 'authorization',
  agent: 'user-agent',
  forwardedFor: 'x-forwarded-for',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
};

const FIELDS = new Map(Object.entries(NAMES).map(([field, name]) => [name, field as keyof Asked]));

/** Of these node keeps the first, when a request has several; others it joins by commas. */
const SINGLE: ReadonlySet<keyof Asked> = new Set(['credential', 'agent']);

/**
 * Reads the headers as they came. `request.headers` is only built when somebody asks for it, at a microsecond's cost:
 * a program that does without it shall not pay for it because it is watched.
 */
export function readAsked({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): Asked {
  const asked: Record<keyof Asked, string | undefined> & Pick<Asked, 'credential' | 'agent'> = {
    sessionId: undefined,
    protocolVersion: undefined,
    rpcMethod: undefined,
    name: undefined,
    lastEventId: undefined,
    origin: undefined,
    credential: '',
    agent: '',
    forwardedFor: undefined,
    traceparent: undefined,
    tracestate: undefined,
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
