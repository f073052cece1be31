import { alertNameOf } from '../../faults/index.ts';

/** While one alert fires, others of the same place are not sent. */
export interface Inhibition {
  /** The id of the alert that says it all; undefined: any critical one inhibits the same alert where it is less loud. */
  readonly while?: string;
  /** The ids of those that are not sent. */
  readonly silent: readonly string[];
  /** The labels in which both must agree. */
  readonly equal: readonly string[];
  readonly reason: string;
}

const PLACE = ['job', 'target'] as const;

/** Who is not sent because of whom. */
export const inhibitions: readonly Inhibition[] = [
  {
    while: 'restart-amnesia',
    silent: [
      'double-initialize',
      'get-reopen-loop',
      'handshake-incomplete',
      'partial-recovery',
      'poisoned-session-id',
      'premature-eviction',
      'reinit-storm',
      'resume-failure',
      'session-cap-near',
      'sse-conflict',
      'sse-flap',
    ],
    equal: PLACE,
    reason:
      'a restart cuts streams and brings all clients back at once. What it brings to light is sent: wrong answers, and clients that do not come back',
  },
  {
    while: 'fleet-reinit-storm',
    silent: ['reinit-storm', 'double-initialize'],
    equal: PLACE,
    reason: 'the storm of each single client is part of it',
  },
  {
    while: 'session-cap-exhausted',
    silent: ['session-cap-near', 'sessions-outgrow-clients', 'orphaned-sessions'],
    equal: PLACE,
    reason: 'what was foretold has come',
  },
  {
    while: 'upstreams-down',
    silent: ['get-reopen-loop', 'reinit-storm', 'sse-flap', 'resume-failure', 'fleet-reinit-storm'],
    equal: PLACE,
    reason: 'clients try again because nobody answers',
  },
  {
    while: 'metrics-absent',
    silent: ['target-down'],
    equal: ['job'],
    reason: 'no instance of the job answers: one message for all',
  },
  {
    while: 'probe-impossible',
    silent: ['probe-check-failed'],
    equal: ['job', 'instance'],
    reason: 'where nothing begins, the first checks fail too',
  },
  {
    silent: [],
    equal: ['alertname', 'job', 'instance', 'vantage', 'target'],
    reason: 'of the same alert at the same place the louder one is sent',
  },
];

/** An entry of `inhibit_rules` of Alertmanager. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/** The inhibitions as Alertmanager has them. */
export function inhibitRules(): InhibitRule[] {
  return inhibitions.map(({ while: source, silent, equal }) =>
    source === undefined
      ? {
          source_matchers: ['alertname=~"Mcp.*"', 'severity="critical"'],
          target_matchers: ['alertname=~"Mcp.*"', 'severity=~"warning|info"'],
          equal,
        }
      : {
          source_matchers: [`alertname="${alertNameOf(source)}"`],
          target_matchers: [`alertname=~"${silent.map(alertNameOf).join('|')}"`],
          equal,
        },
  );
}
