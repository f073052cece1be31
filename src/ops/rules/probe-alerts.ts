import { probeTable } from '../../exporter/probe/probe-metrics.ts';
import { PROCESS } from '../fault-rules.ts';
import { above, ageOf, atZero, greatest, group, presentWithin, probed, without } from '../promql/index.ts';
import { secondsOf } from '../duration.ts';
import { defineAlert, type AlertDefinition } from './definition.ts';

/** What probes find: their `instance` is the server that was asked. */

const WINDOW = {
  value: '15m',
  unit: 'duration',
  reason: 'all probes within it must say so; at the interval of the documentation those are three or four',
} as const;

/** The checks with which every walk begins: where they fail no other is made. */
const FIRST_CHECKS = 'discover|initialize';

/** The dashboard calls a server what Prometheus asked for. No traffic has the job of probes: it would empty the rest. */
const SERVER = { job: '$__all', server: { label: 'instance' } } as const;

const probeImpossible = defineAlert({
  id: 'probe-impossible',
  file: 'mcp-session-probes.yaml',
  summary: 'A server cannot be probed: no session begins there.',
  when: 'all probes of a server come no further than the handshake',
  dashboard: 'servers',
  variables: SERVER,
  tunables: { window: WINDOW },
  levels: [
    {
      severity: 'critical',
      reason: 'who cannot begin a session is cut off, and the probe is a client like any other',
      for: '5m',
      keepFiringFor: '5m',
      condition: ({ window }, { matchers }) =>
        without(
          atZero(greatest(probed(probeTable.success, matchers), window)),
          group(
            presentWithin(probed(probeTable.check, { ...matchers, check: { unlike: FIRST_CHECKS } }), window),
            PROCESS,
          ),
        ),
    },
  ],
  describe: ({ label }, { window }) => [
    `For ${window} no probe of ${label('instance')} (job ${label('job')}) came further than the handshake.`,
    'Nobody answers, its certificate is not trusted, other credentials are wanted, or what answers does not speak the protocol.',
    'Ask it by hand: mcp-session-exporter probe URL tells which.',
  ],
});

const probeCheckFailed = defineAlert({
  id: 'probe-check-failed',
  file: 'mcp-session-probes.yaml',
  summary: 'A server handles sessions against the rules.',
  when: 'a check of a server fails in all probes',
  dashboard: 'servers',
  variables: SERVER,
  tunables: { window: WINDOW },
  levels: [
    {
      severity: 'warning',
      reason: 'a property of the server: its clients meet it when the next session ends, not at this hour',
      for: '10m',
      keepFiringFor: '10m',
      condition: ({ window }, { matchers }) => atZero(greatest(probed(probeTable.check, matchers), window)),
    },
  ],
  describe: ({ label }, { window }) => [
    `Check ${label('check')} of ${label('instance')} (job ${label('job')}) failed in every probe for ${window}.`,
    'What a sound server does, and the faults that its clients will meet otherwise, stand in docs/probe.md.',
    'Ask it by hand: mcp-session-exporter probe URL shows the exchange.',
  ],
});

const probeStale = defineAlert({
  id: 'probe-stale',
  file: 'mcp-session-probes.yaml',
  summary: 'A server is not probed any more.',
  when: 'the last probe of a server, which is still told, lies too long ago',
  dashboard: 'servers',
  variables: SERVER,
  tunables: {
    after: {
      value: '1h',
      unit: 'duration',
      reason: 'a probe by Prometheus is a minute old at most; where every_seconds is longer, so must this be',
    },
  },
  levels: [
    {
      severity: 'warning',
      reason: 'what is told of the server is of the past, and may be wrong by now',
      for: '5m',
      condition: ({ after }, { matchers }) =>
        above(ageOf(probed(probeTable.timestamp, matchers)), secondsOf(after)),
    },
  ],
  describe: ({ value, label }) => [
    `Seconds since the last probe of ${label('instance')} (job ${label('job')}): ${value}.`,
    'The exporter answers with it still, but its schedule has stopped, or is slower than this alert takes for granted.',
    'See the log of the exporter, and every_seconds in its settings.',
  ],
});

/** In the order in which they are documented. */
export function probeAlerts(): AlertDefinition[] {
  return [probeImpossible, probeCheckFailed, probeStale];
}
