import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { ENDED_IS_404, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-03: an id that its client has ended still opens the door. */
export const deadSessionAccepted = defineFault({
  id: 'dead-session-accepted',
  side: 'server',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Ended session is still accepted',
  signature: 'a request with an id that was ended by DELETE is answered as if nothing had happened',
  summary: 'ended sessions went on being accepted',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'Look the id up, and forget it on DELETE. In mcp-go pass a validating session manager, WithStateful(true): the default one checks only the shape of an id, and its Terminate does nothing. If sessions carry no state, do not issue ids.',
    client: 'Do not use an id after DELETE.',
  },
  evidence: ['mcp-go#723', 'toolhive#5738', 'mcphub#427'],
  thresholds: {
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'info',
    reason:
      'a property of the server code: state may be lost or shared without a word, yet no user is cut off',
  },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'accepted-after-end', quietMs: limits.quietMs },
        'The client ended the session with DELETE, which the server accepted, and the server went on serving it.',
      ),
  },
});
