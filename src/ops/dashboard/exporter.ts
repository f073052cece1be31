import { metrics } from '../../signals/index.ts';
import { above, increase, max, min, rate, scrapeUp, select, sum, times } from '../promql/index.ts';
import { badFrom, line, ONE, UNSCRAPED, type Page, type Panel, type Row } from './page.ts';
import { dashboard, HERE, JOB, PER_POINT, SHOWN } from './scope.ts';
import { memoryByInstance } from './shared-panels.ts';
import { UIDS } from './uids.ts';

const OWN = { job: JOB };
const ONE_OF_FOUR = { kind: 'stat', unit: 'none', width: 6 } as const;

/** Whether the other dashboards can be believed. */
export const EXPORTER: Page = dashboard({
  uid: UIDS.exporter,
  title: 'MCP / Exporter',
  description: 'Does the exporter itself work, and can the other dashboards be believed?',
  rows: [health(), work(), stores()],
});

function health(): Row {
  const versions = sum(select(metrics.exporterInfo, OWN), ['version']);
  const read = max(times(1000, select(metrics.configReloadTime, OWN)), ['instance']);
  const failed = sum(increase(select(metrics.observerErrors, OWN), SHOWN), []);
  return {
    title: 'Is it well?',
    panels: [
      {
        ...ONE_OF_FOUR,
        title: 'Instances, by version',
        description: 'Watched programs and proxies that answer scrapes.',
        noValue: UNSCRAPED,
        lines: [line(versions, '', 'version')],
      },
      {
        ...ONE_OF_FOUR,
        title: 'Errors within the time shown',
        description: 'The watched program went on, but what was to be counted just then is not.',
        unit: 'short',
        decimals: 0,
        noValue: UNSCRAPED,
        bounds: badFrom({ warn: ONE }, 'counts are incomplete from there on'),
        lines: [line(failed, 'errors')],
      },
      settings(),
      {
        ...ONE_OF_FOUR,
        title: 'Settings in force since',
        description: 'When each proxy last read settings that it accepted.',
        unit: 'dateTimeFromNow',
        noValue: 'no proxy',
        lines: [line(read, '', 'instance')],
      },
      scrapes(),
    ],
  };
}

function settings(): Panel {
  const allowed = min(select(metrics.configReloadSuccessful, OWN), ['instance']);
  return {
    ...ONE_OF_FOUR,
    title: 'Settings',
    description: 'Whether those that each proxy read last are allowed; else those from before stay in force.',
    noValue: 'no proxy',
    states: [
      { value: 1, text: 'in force', mood: 'sound' },
      { value: 0, text: 'refused', mood: 'alarm' },
    ],
    lines: [line(allowed, '', 'instance')],
  };
}

function scrapes(): Panel {
  return {
    kind: 'history',
    title: 'Scrapes',
    description:
      'Whether Prometheus got an answer, by instance. Where it did not, the instance is down or cannot be reached, and its sessions were not watched.',
    unit: 'none',
    width: 24,
    height: 6,
    noValue: UNSCRAPED,
    states: [
      { value: 1, text: 'answered', mood: 'sound' },
      { value: 0, text: 'failed', mood: 'alarm' },
    ],
    lines: [line(min(scrapeUp(OWN), ['instance']), '', 'instance')],
  };
}

function work(): Row {
  const exchanges = sum(rate(select(metrics.observerExchanges, OWN), PER_POINT), ['vantage']);
  const probes = above(sum(rate(select(metrics.observerProbeRequests, HERE), PER_POINT), ['target']), 0);
  return {
    title: 'What it takes in',
    panels: [
      {
        kind: 'lines',
        title: 'Exchanges taken in',
        description:
          'Per second, by where they were seen. 0 beside a busy server: the hook does not see the traffic.',
        unit: 'ops',
        width: 8,
        noValue: UNSCRAPED,
        lines: [line(exchanges, '', 'vantage')],
      },
      {
        kind: 'lines',
        title: 'Requests of probes',
        description:
          'Per second. Those that named themselves as requests of our probe are counted here alone.',
        unit: 'reqps',
        width: 8,
        noValue: 'no probe has come by',
        lines: [line(probes, '', 'target')],
      },
      memoryByInstance({
        title: 'Memory',
        description:
          'Resident memory of the process that is watched from within, or of the proxy: the stores below are bounded, so they are not what grows without end.',
        width: 8,
      }),
    ],
  };
}

function stores(): Row {
  const failed = above(sum(increase(select(metrics.observerErrors, OWN), PER_POINT), ['stage']), 0);
  const evicted = above(sum(increase(select(metrics.observerEvictions, OWN), PER_POINT), ['store']), 0);
  const entries = sum(select(metrics.observerEntries, OWN), ['store']);
  return {
    title: 'What it remembers, and what it lost',
    panels: [
      {
        kind: 'lines',
        title: 'Entries remembered',
        description: 'Sessions, clients and cases in memory. All three stores are bounded.',
        unit: 'none',
        width: 8,
        noValue: UNSCRAPED,
        lines: [line(entries, '', 'store')],
      },
      {
        kind: 'bars',
        title: 'Entries given up',
        description: 'For lack of room, by store. Faults may be missed while this lasts; none is made up.',
        unit: 'short',
        width: 8,
        noValue: 'none',
        bounds: badFrom({ warn: ONE }, 'the store is too small for this traffic'),
        lines: [line(evicted, '', 'store')],
      },
      {
        kind: 'bars',
        title: 'Errors, by stage',
        description: 'Where taking in failed. onError tells what they are.',
        unit: 'short',
        width: 8,
        noValue: 'none',
        bounds: badFrom({ warn: ONE }, 'counts are incomplete from there on'),
        lines: [line(failed, '', 'stage')],
      },
    ],
  };
}
