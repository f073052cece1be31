import { ERAS } from '../exchange/index.ts';
import { KEPT, odditiesWithin } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { EVERYWHERE, QUIET, UNAUTHORIZED } from './rules.ts';

/** FM-22: the same credential, refused again and again. */
export const authLoop = defineFault({
  id: 'auth-loop',
  side: 'client',
  severity: 'high',
  eras: ERAS,
  vantages: EVERYWHERE,
  title: 'Client repeats a refused credential',
  signature:
    'a client whose credential was once accepted is answered 401 five times within 10 min, for 5 min or longer, and nothing is accepted meanwhile',
  summary: 'clients repeated a refused credential',
  rule: UNAUTHORIZED,
  remedy: {
    server:
      'Check clocks, the refresh path, and what WWW-Authenticate says; never answer a dead session with 401.',
    client: 'Refresh the token, and stop after a few refusals.',
  },
  evidence: ['1mcp-app/agent#425', 'mcp-remote#256', 'codex#14144', 'goose#12016', 'oh-my-pi#1908'],
  thresholds: {
    refusals: {
      value: 5,
      unit: 'count',
      atMost: KEPT.oddities,
      reason: 'a login in progress asks once or twice',
    },
    windowMs: { value: 600_000, unit: 'ms', reason: 'slower than one in two minutes is no loop' },
    loginMs: {
      value: 300_000,
      unit: 'ms',
      reason: 'a client may ask on while a person sits at the consent screen; that takes up to five minutes',
    },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '15m',
    severity: 'warning',
    reason: 'the client cannot work, and asks for hours: 5.8 a minute were seen',
  },
  judges: {
    client(client, around, limits) {
      const last = client.oddities.findLast(({ kind }) => kind === 'unauthorized')?.at ?? 0;
      const refusals = odditiesWithin(client.oddities, 'unauthorized', last, limits.windowMs);
      const since = refusals.filter(({ at }) => at > client.lastOkAt);
      // One that never was let in is a stranger at the door, or a scanner.
      if (client.lastOkAt === 0 || since.length < limits.refusals || around.now >= last + limits.quietMs)
        return FINE;
      if (last - client.unauthorizedSince < limits.loginMs) return FINE;
      return {
        kind: 'fault',
        because: `The client's credential was refused ${since.length} times in a row, and it goes on with the same.`,
        since: client.unauthorizedSince,
        until: last + limits.quietMs,
        evidence: since.slice(-10).map(({ step }) => step),
      };
    },
  },
});
