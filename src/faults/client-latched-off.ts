import { defineRuledFault } from './fault.ts';
import { EVERYWHERE, ON_404_INITIALIZE, SESSIONFUL } from './rules.ts';

/**
 * FM-13. Where many clients pass by, a good part of them is never heard of again after a loss of sessions. A hook in
 * one program sees its calls fail, and then that it asks this server no more while it asks others.
 */
export const clientLatchedOff = defineRuledFault({
  id: 'client-latched-off',
  side: 'client',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Clients do not come back after a loss of sessions',
  signature:
    'three or more sessions are lost within 5 min, and of the clients that were active before, ten or more, at least 30 % are not back after 30 min; or, seen in a program, a tool call to a server that it had used for 30 min fails and is not made again, and for 30 min it asks that server for nothing while it goes on with others',
  summary: 'clients fell silent after sessions were lost',
  rule: ON_404_INITIALIZE,
  remedy: {
    server:
      'Nothing is wrong with the answers. Keep sessions across restarts, or serve stateless, and announce restarts: this is what a deploy costs.',
    client:
      'Begin anew on the next use, however long ago the last failure was; never give up for the life of the program. Until then its user has to reconnect by hand.',
  },
  evidence: [
    'claude-code#94273',
    'claude-code#60949',
    'hermes-agent#35661',
    'pi-mcp-adapter#428',
    'claude-plugins-official#5905',
    'metamcp#29',
  ],
  thresholds: {
    share: {
      value: 0.3,
      unit: 'ratio',
      reason: 'some users stop working at any time; nearly a third of them at once, and just then, do not',
    },
    clients: {
      value: 10,
      unit: 'count',
      reason: 'of fewer, three who go to lunch are a third: one silent client proves nothing',
    },
    lost: {
      value: 3,
      unit: 'count',
      reason: 'one or two lost sessions have reasons of their own; a restart takes more',
    },
    lossMs: {
      value: 300_000,
      unit: 'ms',
      reason: 'within this long after a restart those who still ask have found out',
    },
    returnMs: {
      value: 1_800_000,
      unit: 'ms',
      reason: 'lazy clients begin anew with the next use, and model-driven ones are minutes between uses',
    },
    usedMs: {
      value: 1_800_000,
      unit: 'ms',
      reason:
        'a program that was active for so long before, never silent for ten minutes, had use for that server; one that asked a thing or two may be done with it',
    },
  },
  alert: {
    severity: 'critical',
    value: 'Clients that were active before and are not any more',
    keepFiringFor: '30m',
    reason: 'users are cut off and see no error; it is told for half an hour, since the loss itself passes',
    inClients: {
      severity: 'warning',
      reason:
        'one program tells that it is silent, not why: its model may have met the error and do without that server',
    },
  },
});
