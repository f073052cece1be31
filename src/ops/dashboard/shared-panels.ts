import { metrics } from '../../signals/index.ts';
import { above, increase, max, select, sum, sumOnce, type Matcher } from '../promql/index.ts';
import { evidenceOfRow, evidenceOfSeries, fromRow, fromSeries, RUNBOOK_OF_ROW } from './links.ts';
import {
  badFrom,
  line,
  UNSCRAPED,
  type Column,
  type Figure,
  type Link,
  type MatrixPanel,
  type PanelText,
  type SeriesPanel,
  type TablePanel,
} from './page.ts';
import { BY_CLIENT, CLIENT, HERE, JOB, PER_POINT, SHOWN } from './scope.ts';

/** Panels that several dashboards have. Each says in its own words what the same figures mean for its question. */

type Words = Pick<PanelText, 'title' | 'description' | 'width'>;

/** Handshakes asked for, granted or refused. */
export function handshakesByTarget(words: Words, link: Link): SeriesPanel {
  const asked = sum(increase(select(metrics.initializes, HERE), PER_POINT), ['target']);
  const lines = [line(asked, '', 'target')];
  return { ...words, kind: 'bars', unit: 'short', noValue: UNSCRAPED, links: [link], lines };
}

/** Sessions issued, by client product. */
export function sessionsByClient(words: Words): SeriesPanel {
  const created = sum(increase(select(metrics.sessionsCreated, BY_CLIENT), PER_POINT), ['client_name']);
  const links = [fromSeries('This client', 'clients', { client: 'client_name' })];
  const lines = [line(created, '', 'client_name')];
  return { ...words, kind: 'bars', unit: 'short', noValue: UNSCRAPED, links, lines };
}

/** Sessions found dead while a client still used them. */
export function lossesByCause(words: Words, link: Link): SeriesPanel {
  const lost = above(sum(increase(select(metrics.sessionsLost, HERE), PER_POINT), ['cause']), 0);
  const lines = [line(lost, '', 'cause')];
  return { ...words, kind: 'bars', unit: 'short', noValue: 'no session was lost', links: [link], lines };
}

/** Onsets of faults: of all, or of those that the pattern matches. */
export function onsetsByFault(words: Words, noValue: string, fault?: Matcher): SeriesPanel {
  const seen = increase(select(metrics.faults, { ...HERE, ...(fault && { fault }) }), PER_POINT);
  const begun = above(sumOnce(seen, ['fault', 'target'], ['fault']), 0);
  const links = [
    evidenceOfSeries('all', { fault: 'fault' }),
    fromSeries('This fault alone', 'health', { fault: 'fault' }),
  ];
  return { ...words, kind: 'bars', unit: 'short', noValue, links, lines: [line(begun, '', 'fault')] };
}

/** Which client products met which faults, within the time shown. */
export function clientsAndFaults(words: Words, ofFault: readonly Link[] = []): TablePanel {
  const met = select(metrics.clientFaults, { job: JOB, client_name: CLIENT });
  const begun = above(sum(increase(met, SHOWN), ['client_name', 'fault']), 0);
  const evidence = evidenceOfRow('all', { fault: 'fault', client: 'client_name' });
  const columns: Column[] = [
    {
      label: 'client_name',
      heading: 'Client',
      links: [fromRow('This client alone', 'clients', { client: 'client_name' })],
    },
    { label: 'fault', heading: 'Fault', links: [evidence, RUNBOOK_OF_ROW, ...ofFault] },
  ];
  const figures: Figure[] = [{ line: line(begun, 'Begun'), unit: 'short', decimals: 0 }];
  return { ...words, kind: 'table', unit: 'short', noValue: 'none', columns, figures };
}

/** How many cases are open, in red. */
export function openCases(open: Figure['line'], because: string): Figure {
  return { line: open, unit: 'none', bounds: badFrom({ alarm: 1 }, because) };
}

/** Which client products speak which revisions, within the time shown. */
export function requestsByRevision(words: Words): MatrixPanel {
  const by = ['client_name', 'protocol_version'] as const;
  const asked = above(sum(increase(select(metrics.requests, BY_CLIENT), SHOWN), by), 0);
  return {
    ...words,
    kind: 'matrix',
    unit: 'locale',
    decimals: 0,
    noValue: 'no request',
    down: 'client_name',
    across: 'protocol_version',
    heading: 'Client',
    line: line(asked, 'Requests'),
  };
}

/** Resident memory, by instance. */
export function memoryByInstance(words: Words): SeriesPanel {
  const memory = max(select(metrics.processMemory, { job: JOB }), ['instance']);
  const lines = [line(memory, '', 'instance')];
  return { ...words, kind: 'lines', unit: 'bytes', noValue: UNSCRAPED, lines };
}
