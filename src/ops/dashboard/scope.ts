import { faultById } from '../../faults/index.ts';
import { metrics } from '../../signals/index.ts';
import {
  above,
  either,
  firing,
  group,
  presentWithin,
  resets,
  select,
  sum,
  unless,
  type Matcher,
} from '../promql/index.ts';
import { STATUS_PAGE } from './links.ts';
import type { Mark, Page, Variable } from './page.ts';

/** What the dashboards have in common: what their variables narrow every query to, and what they mark in graphs. */

/** Grafana puts the values of the variable in, as a pattern. */
export const JOB = { like: '$job' };

/** See {@link JOB}. */
export const CLIENT = { like: '$client' };

/** See {@link JOB}. */
export const HERE = { job: JOB, target: { like: '$target' } };

/** See {@link JOB}: of metrics that tell clients apart. */
export const BY_CLIENT = { ...HERE, client_name: CLIENT };

/** The interval for rates and increases: at least four scrapes, and no gap between two points. */
export const PER_POINT = '$__rate_interval';

/** All of the time that is shown. */
export const SHOWN = '$__range';

/** What a figure says of itself that adds up cases, and not what each vantage saw of them. */
export const SEEN_TWICE = 'What a proxy and a client both see of one target counts once.';

/** Matches these faults. Throws a RangeError for one that is not in the catalogue. */
export function anyOf(...ids: readonly string[]): Matcher {
  for (const id of ids) if (faultById(id) === undefined) throw new RangeError(`"${id}" is no fault`);
  return { like: ids.join('|') };
}

/** A dashboard with what all of them have. */
export function dashboard({
  variables = [],
  shows = '3h',
  ...page
}: Omit<Page, 'variables' | 'marks' | 'shows'> & Partial<Pick<Page, 'variables' | 'shows'>>): Page {
  return {
    ...page,
    shows,
    variables: [...commonVariables(), ...variables, statusPage()],
    marks: [alertsFiring(), restarts()],
  };
}

function commonVariables(): Variable[] {
  const spoken = above(sum(select(metrics.requests, HERE), ['client_name']), 0);
  return [
    {
      name: 'job',
      label: 'Job',
      description: 'The scrape job of the watched programs.',
      everywhere: true,
      values: { ofLabel: 'job', in: select(metrics.exporterInfo) },
    },
    {
      name: 'target',
      label: 'Target',
      description: 'The MCP endpoint, by the name it was given.',
      values: { ofLabel: 'target', in: select(metrics.sessionsActive, { job: JOB }) },
    },
    {
      name: 'client',
      label: 'Client',
      description: 'The client product. Only those that have sent a request are offered.',
      values: { ofLabel: 'client_name', resultOf: spoken },
    },
  ];
}

/** Where the exporter serves it when nobody says otherwise. */
const USUAL_PAGE = 'http://127.0.0.1:9464';

function statusPage(): Variable {
  return {
    name: STATUS_PAGE,
    label: 'Status page',
    description: 'Where the status page of the exporter is, for the links to evidence.',
    values: { written: USUAL_PAGE },
  };
}

function alertsFiring(): Mark {
  return {
    name: 'Alerts',
    colour: 'red',
    vector: sum(firing({ job: JOB }), ['alertname', 'severity', 'side', 'target']),
    title: '{{alertname}}',
    text: '{{severity}} {{side}} {{target}}',
  };
}

/**
 * A program that comes back under its old name counts from 0 again; one under a new name was not there before. One
 * that only missed a scrape did neither.
 */
function restarts(): Mark {
  const places = ['job', 'instance'] as const;
  const begunAnew = above(sum(resets(select(metrics.observerExchanges, { job: JOB }), PER_POINT), places), 0);
  const info = select(metrics.exporterInfo, { job: JOB });
  const wasNotThere = unless(group(info, places), group(presentWithin(info, '1h', '1m'), places));
  return {
    name: 'Restarts',
    colour: 'blue',
    vector: either(begunAnew, wasNotThere),
    title: 'Restart',
    text: '{{instance}} of {{job}}',
  };
}
