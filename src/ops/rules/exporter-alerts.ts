import { probeTable } from '../../exporter/probe/probe-metrics.ts';
import { metrics } from '../../signals/index.ts';
import { PROCESS } from '../fault-rules.ts';
import {
  above,
  atLeast,
  atZero,
  either,
  group,
  increase,
  presentWithin,
  reached,
  probed,
  scrapeUp,
  sum,
  unless,
  where,
  whole,
  type Vector,
} from '../promql/index.ts';
import { defineAlert, type AlertDefinition } from './definition.ts';

/** What watches the watch: whatever is wrong here, other alerts may be silent for that alone. */

const WINDOW = {
  value: '15m',
  unit: 'duration',
  reason: 'a scrape or two more than its cause lasts',
} as const;

const observerErrors = defineAlert({
  id: 'observer-errors',
  file: 'mcp-session-exporter.yaml',
  summary: 'The session exporter failed to take in what it saw.',
  when: 'an observer caught an error of its own',
  dashboard: 'exporter',
  tunables: {
    errors: { value: 1, unit: 'count', reason: 'there should be none: each is a mistake of ours' },
    window: WINDOW,
  },
  levels: [
    {
      severity: 'warning',
      reason: 'the watched program goes on, and what is counted is incomplete until somebody looks',
      condition: ({ errors, window }, { select }) =>
        reached(sum(increase(select(metrics.observerErrors), window), [...PROCESS, 'stage']), errors),
    },
  ],
  describe: ({ value, label }, { window }) => [
    `Errors in stage ${label('stage')} of ${label('instance')} (job ${label('job')}) within ${window}: ${value}.`,
    'The watched program is not affected, but counts are incomplete, and faults may be missed.',
    'Pass onError to see the errors, and report them.',
  ],
});

const observerEvictions = defineAlert({
  id: 'observer-evictions',
  file: 'mcp-session-exporter.yaml',
  summary: 'The session exporter forgets what it should still know.',
  when: 'a store of an observer is full, and gives up one entry for each new one',
  dashboard: 'exporter',
  tunables: {
    evictions: {
      value: 100,
      unit: 'count',
      reason: 'a few, at the edge of a full store, lose nothing that is asked for again',
    },
    window: WINDOW,
  },
  levels: [
    {
      severity: 'warning',
      reason: 'faults of what was forgotten are missed until a limit is raised; no user is affected',
      keepFiringFor: '15m',
      condition: ({ evictions, window }, { select }) =>
        reached(sum(increase(select(metrics.observerEvictions), window), [...PROCESS, 'store']), evictions),
    },
  ],
  describe: ({ value, label }, { window }) => [
    `Entries of the store ${label('store')} that ${label('instance')} (job ${label('job')}) gave up within ${window}: ${value}.`,
    'What it forgot it meets as new: faults are missed, and lost sessions are not counted.',
    'Raise the limit of the store, if the machine has the memory; see whether made-up ids or one looping client fill it.',
  ],
});

/** Not `absent()`: that would also fire where nothing was ever watched, and could not name the job that is gone. */
const metricsAbsent = defineAlert({
  id: 'metrics-absent',
  file: 'mcp-session-exporter.yaml',
  summary: 'A job that was watched tells nothing any more.',
  when: 'no instance of a job that told session metrics tells any',
  dashboard: 'exporter',
  tunables: {
    within: {
      value: '1d',
      unit: 'duration',
      reason: 'a job that is taken out of service is forgotten after it',
    },
  },
  levels: [
    {
      severity: 'warning',
      reason: 'sessions may be well, and nobody would know if not; five minutes, so that no deploy raises it',
      for: '5m',
      condition: ({ within }, { select }) => {
        const info = select(metrics.exporterInfo);
        return unless(group(presentWithin(info, within), ['job']), group(info, ['job']));
      },
    },
  ],
  describe: ({ label }, { within }) => [
    `No instance of job ${label('job')} answers scrapes with session metrics; within the last ${within} one did.`,
    'While this lasts, no other alert on its sessions can fire.',
    'See whether the program runs, whether the exporter is still loaded into it, and whether /metrics can be reached.',
  ],
});

const targetDown = defineAlert({
  id: 'target-down',
  file: 'mcp-session-exporter.yaml',
  summary: 'An instance that was watched cannot be scraped.',
  when: 'a scrape of an instance fails that told session metrics or was probed',
  dashboard: 'exporter',
  tunables: {
    within: { value: '1d', unit: 'duration', reason: 'whatever never told session metrics is none of ours' },
  },
  levels: [
    {
      severity: 'warning',
      reason: 'one instance of a job, of which others may serve; five minutes, so that no deploy raises it',
      for: '5m',
      keepFiringFor: '5m',
      condition: ({ within }, from) => {
        const ours = either(
          group(presentWithin(from.select(metrics.exporterInfo), within), PROCESS),
          group(presentWithin(probed(probeTable.success, from.matchers), within), PROCESS),
        );
        return where(group(atZero(scrapeUp(from.matchers)), PROCESS), whole(ours));
      },
    },
  ],
  describe: ({ label }, { within }) => [
    `Prometheus cannot scrape ${label('instance')} of job ${label('job')}, and could within the last ${within}.`,
    'It is down, or cannot be reached, or its answer takes longer than the scrape timeout. Its sessions are not watched.',
    'Status, Targets in Prometheus tells the error of the last scrape.',
  ],
});

/** Whoever sends SIGHUP has gone when the answer stands on stderr. */
const settingsRefused = defineAlert({
  id: 'settings-refused',
  file: 'mcp-session-exporter.yaml',
  summary: 'A proxy was told to read its settings again, and refused them.',
  when: 'the settings that a proxy read last are not allowed',
  dashboard: 'exporter',
  tunables: {},
  levels: [
    {
      severity: 'warning',
      reason:
        'nothing is broken until the next start, which would fail; a minute, so that a slip can be mended',
      for: '1m',
      condition: (_tuned, { select }) => {
        const read = select(metrics.configReloadSuccessful);
        return unless(group(read, PROCESS), group(above(read, 0), PROCESS));
      },
    },
  ],
  describe: ({ label }) => [
    `The settings that ${label('instance')} (job ${label('job')}) read last are not allowed, or could not be put in force.`,
    'Those from before stay in force; at its next start the proxy would not come up.',
    'Its stderr says what is wrong, and so does mcp-session-exporter check-config.',
  ],
});

const PROXIED = [...PROCESS, 'target'] as const;

const upstreamsDown = defineAlert({
  id: 'upstreams-down',
  file: 'mcp-session-exporter.yaml',
  summary: 'No address of an upstream takes connections.',
  when: 'a proxy finds every address of an upstream down, and requests fail for it',
  dashboard: 'servers',
  tunables: {
    errors: {
      value: 5,
      unit: 'count',
      reason: 'an address counts as down from one connection that failed, and until the next one is tried',
    },
    window: { value: '5m', unit: 'duration', reason: 'requests failed lately, and not only once' },
  },
  levels: [
    {
      severity: 'critical',
      reason: 'whoever asks for this target is cut off; a minute outlasts the restart of a program',
      for: '1m',
      keepFiringFor: '5m',
      condition: ({ errors, window }, { select }) => {
        const inState = (state: 'up' | 'down'): Vector<(typeof PROXIED)[number]> =>
          atLeast(sum(select(metrics.proxyUpstreamAddresses, { address_state: state }), PROXIED), 1);
        const failed = sum(increase(select(metrics.proxyUpstreamErrors), window), PROXIED);
        return unless(where(inState('down'), reached(failed, errors)), inState('up'));
      },
    },
  ],
  describe: ({ value, label }) => [
    `Addresses of upstream ${label('target')} that are down, which are all, as seen by ${label('instance')} (job ${label('job')}): ${value}.`,
    'Its clients are answered 503 by the proxy; sessions that live in the upstream may be lost when it comes back.',
    'Start the upstream, or mend its addresses in proxy.upstreams.',
  ],
});

const connectionsRefused = defineAlert({
  id: 'connections-refused',
  file: 'mcp-session-exporter.yaml',
  summary: 'A proxy turns connections away, since it has too many.',
  when: 'a proxy is at the limit of its connections, and closes further ones',
  dashboard: 'servers',
  tunables: {
    refusals: { value: 20, unit: 'count', reason: 'a burst that touches the limit for a moment is not told' },
    window: { value: '5m', unit: 'duration', reason: 'refusals that belong together' },
  },
  levels: [
    {
      severity: 'critical',
      reason: 'whoever connects is cut off, whatever server is meant',
      for: '2m',
      keepFiringFor: '10m',
      condition: ({ refusals, window }, { select }) =>
        reached(
          sum(increase(select(metrics.proxyRefusals, { refusal: 'connection-limit' }), window), PROCESS),
          refusals,
        ),
    },
  ],
  describe: ({ value, label }, { window }) => [
    `Connections that ${label('instance')} (job ${label('job')}) closed within ${window}, since it had too many: ${value}.`,
    'Idle event streams and connections that nobody closes fill the limit; so does one client that opens them in a loop.',
    'Find who holds them, and raise proxy.max_connections only if they are rightly held.',
  ],
});

/** In the order in which they are documented. */
export function exporterAlerts(): AlertDefinition[] {
  return [
    metricsAbsent,
    targetDown,
    observerErrors,
    observerEvictions,
    settingsRefused,
    upstreamsDown,
    connectionsRefused,
  ];
}
