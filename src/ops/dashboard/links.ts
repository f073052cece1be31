import { runbookUrlOf } from '../../faults/index.ts';
import type { Link } from './page.ts';
import { UIDS } from './uids.ts';

/** Where a click on a series or on a cell of a table leads. */

/** Variables that go along with every link, so that the next dashboard shows the same. */
const KEPT = ['datasource', 'job', 'target', 'client'] as const;

/** Which variable of the next dashboard gets the value of which label. */
export type Choice = Readonly<Partial<Record<'target' | 'client' | 'fault' | 'server', string>>>;

/** From a series of a graph or a figure to a dashboard, with the values of its labels chosen there. */
export function fromSeries(title: string, to: keyof typeof UIDS, choice: Choice = {}): Link {
  return linkTo(title, to, choice, (label) => `\${__field.labels.${label}:percentencode}`);
}

/** From a row of a table to a dashboard, with what stands in its cells chosen there. */
export function fromRow(title: string, to: keyof typeof UIDS, choice: Choice = {}): Link {
  return linkTo(title, to, choice, (label) => `\${__data.fields.${label}:percentencode}`);
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
