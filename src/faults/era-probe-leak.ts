import { ERAS } from '../exchange/index.ts';
import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { EVERYWHERE, IDS_AT_HANDSHAKE, QUIET } from './rules.ts';

/** FM-37: sessions made for requests that open none. */
export const eraProbeLeak = defineFault({
  id: 'era-probe-leak',
  side: 'server',
  severity: 'medium',
  eras: ERAS,
  vantages: EVERYWHERE,
  title: 'Session made for what opens none',
  signature:
    'an answer to something else than initialize, such as a refused server/discover, gives a session id to a client that sent none',
  summary: 'clients were given session ids without an initialize',
  rule: IDS_AT_HANDSHAKE,
  remedy: {
    server:
      'Look at the method before a session is made. Python mcp 1.28.1 leaves one behind for each server/discover.',
    client: 'Take an id from the answer to initialize alone.',
  },
  evidence: ['serena#1776'],
  thresholds: {
    quietMs: QUIET,
  },
  alert: { cases: 10, window: '1h', severity: 'info', reason: 'a leak that grows with every connect' },
  judges: {
    client: (client, around, limits) =>
      judgeRepeated(
        client.oddities,
        around.now,
        { kind: 'leaked-id', quietMs: limits.quietMs },
        'The server gave a session id with an answer that opens no session.',
      ),
  },
});
