import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROBE_AGENT, type Message } from './messages.ts';
import { openRequest, type Answer, type Opened, type Outgoing } from './one-request.ts';
import type { IdSent } from './report.ts';
import { trusting } from './trust.ts';

/** A session id on its way, and what it is in words. The id is a credential: it goes to the server alone. */
export interface SessionSent {
  readonly id: string;
  readonly is: IdSent;
}

/** One request to be sent. */
export interface Ask {
  readonly method: Outgoing['method'];
  readonly message?: Message;
  readonly session?: SessionSent | undefined;
  readonly version?: string | undefined;
  /** Further headers, by names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
  /** On a connection of its own. */
  readonly fresh?: boolean;
}

/** Sends requests to one server, over real HTTP, and keeps count. */
export interface Wire {
  /** Sends a request, and waits for its answer, the end of it, or the limit. Never rejects. */
  send(ask: Ask): Promise<Answer>;
  /** The same up to the head of the answer, for streams; whoever opens one closes it. */
  open(ask: Ask): Promise<Opened>;
  /** Milliseconds that are left; 0 when the time or the requests are spent. */
  left(): number;
  requests(): number;
  /** From now on so much more is allowed, whatever was spent and whoever has ended it: to clean up. */
  extend(ms: number, requests: number): void;
  close(): void;
}

/** What a {@link Wire} is bound by. */
export interface WireLimits {
  /** The longest that one request may take, in ms. */
  readonly timeoutMs: number;
  /** The longest that all may take, in ms. */
  readonly totalMs: number;
  /** The most that are sent. */
  readonly requests: number;
  /** Ends it early. */
  readonly signal: AbortSignal | undefined;
}

/** What goes with every request. */
export interface WireManners {
  readonly headers: Readonly<Record<string, string>>;
  /** See `ProbeOptions.ca`. */
  readonly ca: string | undefined;
}

/** For so long a server may end a stream by itself that has told its answer: hanging up costs the connection. */
const STREAM_END_MS = 100;

/** Makes a {@link Wire}. It follows no redirect. */
export function createWire(url: URL, { headers, ca }: WireManners, limits: WireLimits): Wire {
  const secure = url.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const secureContext = secure && ca !== undefined ? trusting(ca) : undefined;
  let deadline = performance.now() + limits.totalMs;
  let [sent, most] = [0, limits.requests];
  let { signal } = limits;

  const left = (): number =>
    sent >= most || signal?.aborted === true ? 0 : Math.max(0, deadline - performance.now());

  async function open(ask: Ask): Promise<Opened> {
    const ms = Math.min(limits.timeoutMs, left());
    sent++;
    const connection = { url, agent: ask.fresh === true ? (false as const) : agent, secureContext, signal };
    return openRequest({ ...connection, ...outgoingOf(ask, headers) }, ms);
  }

  return {
    open,
    async send(ask) {
      const until = performance.now() + Math.min(limits.timeoutMs, left());
      const opened = await open(ask);
      await within(until - performance.now(), opened.told);
      const hasTold = opened.isOver() || performance.now() < until;
      if (hasTold) await within(STREAM_END_MS, opened.over);
      return opened.close(hasTold ? undefined : left() === 0 ? 'spent' : 'timeout');
    },
    left,
    requests: () => sent,
    extend(ms, requests) {
      deadline = performance.now() + ms;
      most = sent + requests;
      signal = undefined;
    },
    close: () => agent.destroy(),
  };
}

function outgoingOf(
  ask: Ask,
  headers: Readonly<Record<string, string>>,
): Pick<Outgoing, 'method' | 'headers' | 'body' | 'idSent'> {
  const { method, message, session, version } = ask;
  return {
    method,
    headers: {
      ...headers,
      'user-agent': PROBE_AGENT,
      accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
      ...(message === undefined ? undefined : { 'content-type': 'application/json' }),
      ...(session === undefined ? undefined : { 'mcp-session-id': session.id }),
      ...(version === undefined ? undefined : { 'mcp-protocol-version': version }),
      ...ask.headers,
    },
    body: message === undefined ? '' : JSON.stringify({ jsonrpc: '2.0', ...message }),
    idSent: session?.is ?? 'none',
  };
}

/** Waits for a promise, for so long at the most. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  if (ms <= 0) return;
  const controller = new AbortController();
  const timer = sleep(ms, undefined, { signal: controller.signal }).catch(() => undefined);
  await Promise.race([promise, timer]);
  controller.abort();
}
