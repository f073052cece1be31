import { CALLS_COMPARED_MS } from '../exchange/index.ts';
import type { Replay } from '../session/index.ts';
import { defineFault, FINE, type Surroundings } from './fault.ts';
import { EVERYWHERE, NOT_TWICE, QUIET, SESSIONFUL } from './rules.ts';

/**
 * FM-12: what may have been done is done again. No hook that listens knows whether the tool says that it only reads:
 * that stands in an answer to tools/list, of which only the beginning of an error is read. In a client an answer that
 * broke off is the one sign that the server had begun; see `isCutOff`.
 */
export const unsafeReplay = defineFault({
  id: 'unsafe-replay',
  side: 'client',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Call is repeated that may have been done',
  signature:
    'a tools/call breaks off after the server has begun to answer it, or (seen elsewhere than in the client) is answered 5xx, and within 60 s the same client sends the same tool and arguments in a session begun since, which are served again',
  summary: 'clients repeated calls that may have been carried out already',
  rule: NOT_TWICE,
  remedy: {
    server:
      'Refuse a dead session before anything is dispatched. Accept an idempotency key among the arguments, and mark tools that only read with readOnlyHint.',
    client:
      'After a broken connection repeat only what reads or is idempotent by its annotations; ask a person about the rest. A gateway must not answer 404 once it has forwarded the request.',
  },
  evidence: [
    'simonx1/ruby-mcp-client#209',
    'hermes-agent#88821',
    'odysseus#6150',
    'hostinger/api-mcp-server#68',
    'mcp-context-forge#5393',
  ],
  thresholds: {
    windowMs: {
      value: 60_000,
      unit: 'ms',
      atMost: CALLS_COMPARED_MS,
      reason: 'a program repeats at once or after its back-off; later a person or a model has decided anew',
    },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'warning',
    reason: 'an order may have been placed twice: somebody should look while it can be undone',
  },
  judges: {
    client(client, around, limits) {
      const unsafe =
        client.calls?.replays.filter((replay) => isUnsafe(replay, around, limits.windowMs)) ?? [];
      const last = unsafe.at(-1)?.second;
      if (last === undefined) return FINE;
      const until = last.at + last.durationMs + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because:
          'A tool call broke off after the server had begun, and the client sent the same call again in a new session.',
        since: unsafe[0]?.second.at ?? last.at,
        until,
        evidence: unsafe.flatMap(({ first, second }) => [first, second]),
      };
    },
  },
});

/** Soon after the first broke off, and in a session that was begun since: the client has reconnected. */
function isUnsafe({ first, second }: Replay, around: Surroundings, windowMs: number): boolean {
  if (second.at - (first.at + first.durationMs) > windowMs) return false;
  return (around.session(second.sent ?? '')?.bornAt ?? 0) >= first.at;
}
