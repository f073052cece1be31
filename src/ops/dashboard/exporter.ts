import { metrics } from '../../signals/index.ts';
import { above, increase, max, rate, select, sum, times } from '../promql.ts';
import { scrapeUp } from '../rules/expressions.ts';
import { sourceOf } from '../source.ts';
import { min } from './expressions.ts';
import { badFrom, line, ONE, UNSCRAPED, type Page, type Panel, type Row } from './page.ts';
import { dashboard, HERE, JOB, PER_POINT, SHOWN } from './scope.ts';
import { UIDS } from './uids.ts';

const OWN = { job: JOB };

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
  const each = { kind: 'stat', unit: 'none', width: 6 } as const;
  return {
    title: 'Is it well?',
    panels: [
      {
        ...each,
        title: 'Instances, by version',
        description: 'Watched programs and proxies that answer scrapes.',
        noValue: UNSCRAPED,
        lines: [line(versions, '', 'version')],
      },
      {
        ...each,
        title: 'Errors within the time shown',
        description: 'The watched program went on, but what was being counted is not.',
        unit: 'short',
        decimals: 0,
        noValue: UNSCRAPED,
        bounds: badFrom({ warn: ONE }, 'counts are incomplete from there on'),
        lines: [line(failed, 'errors')],
      },
      settings(),
      {
        ...each,
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
  const each = { kind: 'stat', unit: 'none', width: 6 } as const;
  return {
    ...each,
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
    lines: [line(min(scrapeUp(sourceOf(JOB.like)), ['instance']), '', 'instance')],
  };
}

function work(): Row {
  const exchanges = sum(rate(select(metrics.observerExchanges, OWN), PER_POINT), ['vantage']);
  const probes = above(sum(rate(select(metrics.observerProbeRequests, HERE), PER_POINT), ['target']), 0);
  const memory = max(select(metrics.processMemory, OWN), ['instance']);
  return {
    title: 'What it takes in',
    panels: [
      {
        kind: 'lines',
        title: 'Exchanges taken in',
        description:
          'A second, by where they were seen. 0 beside a busy server: the hook does not see the traffic.',
        unit: 'ops',
        width: 8,
        noValue: UNSCRAPED,
        lines: [line(exchanges, '', 'vantage')],
      },
      {
        kind: 'lines',
        title: 'Requests of probes',
        description: 'A second. Those that named themselves as requests of our probe are counted here alone.',
        unit: 'reqps',
        width: 8,
        noValue: 'no probe has come by',
        lines: [line(probes, '', 'target')],
      },
      {
        kind: 'lines',
        title: 'Memory',
        description:
          'Resident memory of the process that is watched from within, or of the proxy: the stores below are bounded, so they are not what grows without end.',
        unit: 'bytes',
        width: 8,
        noValue: UNSCRAPED,
        lines: [line(memory, '', 'instance')],
      },
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
