import { runbookUrlOf } from '../../faults/index.ts';
import type { FaultQuery, SessionQuery } from '../../exporter/api/queries.ts';
import type { Link } from './page.ts';
import { UIDS } from './uids.ts';

/** Where a click on a series or on a cell of a table leads. */

/** The variable that says where the status page of the exporter is, on which the evidence is. */
export const STATUS_PAGE = 'page';

/** Variables that go along with every link, so that the next dashboard shows the same. */
const KEPT = ['datasource', 'job', 'target', 'client', STATUS_PAGE] as const;

/** Which variable of the next dashboard gets the value of which label. */
export type Choice = Readonly<Partial<Record<'target' | 'client' | 'fault' | 'server', string>>>;

const IN_SERIES = (label: string): string => `\${__field.labels.${label}:percentencode}`;
const IN_ROW = (label: string): string => `\${__data.fields.${label}:percentencode}`;

/** From a series of a graph or a figure to a dashboard, with the values of its labels chosen there. */
export function fromSeries(title: string, to: keyof typeof UIDS, choice: Choice = {}): Link {
  return linkTo(title, to, choice, IN_SERIES);
}

/** From a row of a table to a dashboard, with what stands in its cells chosen there. */
export function fromRow(title: string, to: keyof typeof UIDS, choice: Choice = {}): Link {
  return linkTo(title, to, choice, IN_ROW);
}

function linkTo(
  title: string,
  to: keyof typeof UIDS,
  choice: Choice,
  valueOf: (label: string) => string,
): Link {
  const kept = KEPT.filter((name) => !(name in choice)).map((name) => `\${${name}:queryparam}`);
  const chosen = Object.entries(choice).map(([name, label]) => `var-${name}=${valueOf(label)}`);
  return { title, url: `/d/${UIDS[to]}?${[...kept, ...chosen, '${__url_time_range}'].join('&')}` };
}

/** Which filter of the status page gets the value of which label. */
type Filters<Query> = Readonly<Partial<Record<keyof Query, string>>>;

/**
 * From a series to its faults on the status page: to those that are open, or also to those that are over. Where the
 * series do not tell of which fault they are, the page that is looked at may.
 */
export function evidenceOfSeries(
  state: FaultQuery['state'],
  filters: Filters<FaultQuery>,
  fault?: string,
): Link {
  const known = fault === undefined ? [] : [`fault=${fault}`];
  const query = [...known, ...filled(filters, IN_SERIES), `state=${state}`];
  return { title: EVIDENCE, url: placeOf('faults', query) };
}

/** The same from a row of a table. */
export function evidenceOfRow(state: FaultQuery['state'], filters: Filters<FaultQuery>): Link {
  return { title: EVIDENCE, url: placeOf('faults', [...filled(filters, IN_ROW), `state=${state}`]) };
}

/** From a row of a table to its sessions on the status page, each with its timeline. */
export function sessionsOfRow(filters: Filters<SessionQuery>): Link {
  return {
    title: 'Evidence: its sessions, and their exchanges',
    url: placeOf('sessions', filled(filters, IN_ROW)),
  };
}

const EVIDENCE = 'Evidence: the exchanges that prove it';

function filled(filters: object, valueOf: (label: string) => string): string[] {
  return Object.entries<string>({ ...filters }).map(([name, label]) => `${name}=${valueOf(label)}`);
}

function placeOf(view: string, query: readonly string[]): string {
  return `\${${STATUS_PAGE}}/#/${view}?${query.join('&')}`;
}

/** From a row of a table with a fault in it to the page that says how to mend it. */
export const RUNBOOK_OF_ROW: Link = {
  title: 'Runbook: what it means and how to mend it',
  url: runbookUrlOf('${__data.fields.fault}'),
};

/** From an alert to the page on which all of them stand, each with its runbook. */
export const LIST_OF_ALERTS: Link = {
  title: 'The alerts: when they fire, and their runbooks',
  url: new URL('../alerts.md', runbookUrlOf('alerts')).href,
};

/** From anything in the row of one fault, whose name is the variable, to that page. */
export const RUNBOOK_OF_FAULT: Link = { title: 'Runbook', url: runbookUrlOf('${fault}') };
