import type { Era, HttpMethod, Meaning, ProtocolVersion, RpcMethod } from '../../exchange/index.ts';
import type { CheckId, Phase } from './checks.ts';

/**
 * What is found of one check: `passed`; `failed`, the server breaks the rule; `not-applicable`, the rule is not for
 * such a server; `skipped`, it was not seen, for want of time or of what had to come before.
 */
export const CHECK_VERDICTS = ['passed', 'failed', 'not-applicable', 'skipped'] as const;

/** See {@link CHECK_VERDICTS}. */
export type CheckVerdict = (typeof CHECK_VERDICTS)[number];

/** Which session id went with a request, in words: the id itself is told nowhere. */
export type IdSent = 'none' | 'its own' | 'another of its own' | 'unknown' | 'malformed' | 'ended';

/** One request of the probe with its answer. No id, no token, no body. */
export interface ProbeExchange {
  /** `other` is an OPTIONS, the only further method that is sent. */
  readonly httpMethod: HttpMethod;
  readonly rpcMethod: RpcMethod | undefined;
  readonly idSent: IdSent;
  /** The status of the answer; 0 when there was none. */
  readonly status: number;
  /** What the answer means for the session; see `meaningOf`. */
  readonly meaning: Meaning;
  /** Whether the answer gave a session id. */
  readonly gaveId: boolean;
  /** How many times it was sent and answered just so, one after the other. */
  readonly times: number;
  readonly durationMs: number;
}

/** What was found of one rule. */
export interface Check {
  readonly id: CheckId;
  readonly title: string;
  readonly verdict: CheckVerdict;
  /** What was seen, in a sentence or two. */
  readonly words: string;
  /** Ids of the catalogue: the faults that the clients of such a server will meet. */
  readonly faults: readonly string[];
  /** The requests that show it, in order. */
  readonly exchanges: readonly ProbeExchange[];
  readonly durationMs: number;
}

/** How a probe ended: `unprobed`, no server of the protocol could be spoken to. */
export type Outcome = 'passed' | 'failed' | 'unprobed';

/** What a probe found: a plain value, from which everything else is made. */
export interface ProbeReport {
  /** The address, without credentials and query. */
  readonly target: string;
  readonly outcome: Outcome;
  /** Why no server could be spoken to; nothing when one could. */
  readonly reason: string | undefined;
  /** The eras that the server speaks. */
  readonly eras: readonly Era[];
  /** The revision that the handshake settled on; with the sessionless era alone that of the probe. */
  readonly protocolVersion: ProtocolVersion;
  /** Whether a handshake gives session ids. Nothing when there is no handshake. */
  readonly serverKind: 'stateful' | 'stateless' | undefined;
  readonly checks: readonly Check[];
  /** When it began, ms since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly phases: Readonly<Record<Phase, number>>;
  /** Requests that were sent, those that clean up among them. */
  readonly requests: number;
}

/** What is found of a check before it is written down. */
export interface Finding {
  readonly verdict: CheckVerdict;
  readonly words: string;
  readonly faults: readonly string[];
}

/** The rule was kept. */
export const passed = (words: string): Finding => ({ verdict: 'passed', words, faults: [] });

/** The rule was broken; `faults` name what clients will meet. */
export const failed = (words: string, ...faults: readonly string[]): Finding => ({
  verdict: 'failed',
  words,
  faults,
});

/** The rule is not for such a server. */
export const notApplicable = (words: string): Finding => ({ verdict: 'not-applicable', words, faults: [] });

/** It was not seen whether the rule is kept. */
export const skipped = (words: string): Finding => ({ verdict: 'skipped', words, faults: [] });
