import { metrics } from '../../signals/index.ts';
import { above, count, either, firing, increase, select, sum, sumOnce } from '../promql/index.ts';
import {
  evidenceOfRow,
  evidenceOfSeries,
  fromRow,
  fromSeries,
  LIST_OF_ALERTS,
  RUNBOOK_OF_FAULT,
  RUNBOOK_OF_ROW,
} from './links.ts';
import { LOOPS } from './loops.ts';
import {
  badFrom,
  line,
  ONE,
  UNSCRAPED,
  type Link,
  type Page,
  type Panel,
  type Row,
  type Variable,
} from './page.ts';
import { recoveredUsers } from './recovery.ts';
import { CLIENT, dashboard, HERE, JOB, PER_POINT, SEEN_TWICE, SHOWN } from './scope.ts';
import { clientsAndFaults, onsetsByFault, openCases } from './shared-panels.ts';
import { UIDS } from './uids.ts';

const OF_FAULT = { like: '$fault' };
const EACH = { unit: 'short', width: 8, noValue: 'no fault within the time shown' };

const FROM_PLACE = leadingOn(
  { target: 'target', vantage: 'vantage' },
  fromSeries('Its server', 'servers', { target: 'target' }),
);

/** For the first look: it is read in ten seconds, at three in the morning. */
export const SESSION_HEALTH: Page = dashboard({
  uid: UIDS.health,
  title: 'MCP / Session health',
  description: 'Is anything broken, and whose fault is it?',
  variables: [faultVariable()],
  rows: [atAGlance(), whatIsBroken(), whatBegan(), eachFault()],
});

/** Only faults that are there: with none of them the page ends above their rows. */
function faultVariable(): Variable {
  const open = above(sum(select(metrics.faultsActive, HERE), ['fault']), 0);
  const begun = above(sum(increase(select(metrics.faults, HERE), SHOWN), ['fault']), 0);
  return {
    name: 'fault',
    label: 'Fault',
    description:
      'Faults that are open, or began within the time shown. Each has a row at the end of the page.',
    values: { ofLabel: 'fault', resultOf: either(open, begun) },
  };
}

function atAGlance(): Row {
  return {
    title: 'Is anything broken?',
    panels: [openBySide(), alertsFiring(), recoveredUsers(), sessionsLost(), loopsOpen()],
  };
}

function openBySide(): Panel {
  const open = select(metrics.faultsActive, HERE);
  return {
    kind: 'stat',
    title: 'Faults open, by the side that has to act',
    description: `Sessions, clients or client families that are at fault now. ${SEEN_TWICE}`,
    unit: 'none',
    width: 8,
    noValue: UNSCRAPED,
    bounds: badFrom({ alarm: 1 }, 'somebody is cut off or will be, and whatever is open has an alert'),
    links: [
      fromSeries('Servers and probes', 'servers'),
      fromSeries('Clients', 'clients'),
      evidenceOfSeries('open', { side: 'side' }),
    ],
    lines: [line(sumOnce(open, ['fault', 'side', 'target'], ['side']), '', 'side')],
  };
}

function alertsFiring(): Panel {
  return {
    kind: 'stat',
    title: 'Alerts firing',
    description:
      'By severity, of the jobs chosen, with those that only many sessions together show and those of the exporter itself. Red: somebody is woken; yellow: somebody must look today.',
    unit: 'none',
    width: 4,
    noValue: 'none',
    moods: { critical: 'alarm', warning: 'warn' },
    lines: [line(count(firing({ job: JOB }), ['severity']), '', 'severity')],
  };
}

function sessionsLost(): Panel {
  return {
    kind: 'stat',
    title: 'Sessions lost',
    description: `Session ids found dead while a client still used them, within the time shown. ${SEEN_TWICE}`,
    unit: 'short',
    decimals: 0,
    width: 4,
    noValue: UNSCRAPED,
    bounds: badFrom({ warn: ONE }, 'after a deploy some are usual, at any other time none is'),
    links: [fromSeries('Why they were lost', 'sessions')],
    lines: [line(sumOnce(increase(select(metrics.sessionsLost, HERE), SHOWN), ['target'], []), 'lost')],
  };
}

function loopsOpen(): Panel {
  const open = select(metrics.faultsActive, { ...HERE, fault: LOOPS });
  return {
    kind: 'stat',
    title: 'Storms and loops',
    description: `Clients that now connect, initialize or ask over and over. ${SEEN_TWICE}`,
    unit: 'none',
    width: 4,
    noValue: UNSCRAPED,
    bounds: badFrom({ alarm: 1 }, 'each of them takes from the server what the others need'),
    links: [fromSeries('Reconnect storms', 'storms')],
    lines: [line(sumOnce(open, ['fault', 'target'], []), 'open')],
  };
}

function whatIsBroken(): Row {
  return { title: 'What is broken now?', panels: [openFaults(), alertTable()] };
}

function openFaults(): Panel {
  const open = above(sum(select(metrics.faultsActive, HERE), ['fault', 'side', 'target', 'vantage']), 0);
  return {
    kind: 'table',
    title: 'Open faults',
    description:
      'What is at fault now, and where. The name of a fault leads to the exchanges that prove it and to its runbook, the target to its server.',
    unit: 'none',
    width: 13,
    noValue: 'no open fault is known',
    columns: [
      {
        label: 'fault',
        heading: 'Fault',
        links: [
          evidenceOfRow('open', { fault: 'fault', target: 'target', vantage: 'vantage' }),
          RUNBOOK_OF_ROW,
          fromRow('This fault alone', 'health', { fault: 'fault', target: 'target' }),
        ],
      },
      { label: 'side', heading: 'Who has to act' },
      {
        label: 'target',
        heading: 'Target',
        links: [
          fromRow('Its server', 'servers', { target: 'target' }),
          fromRow('Its sessions', 'sessions', { target: 'target' }),
        ],
      },
      { label: 'vantage', heading: 'Seen from' },
    ],
    figures: [openCases(line(open, 'Open'), 'one that is open is broken')],
  };
}

function alertTable(): Panel {
  return {
    kind: 'table',
    title: 'Alerts that fire',
    description:
      'Of the jobs chosen. The name leads to the list of alerts, with the runbook of each, the target to its faults.',
    unit: 'none',
    width: 11,
    noValue: 'no alert fires',
    columns: [
      { label: 'alertname', heading: 'Alert', links: [LIST_OF_ALERTS] },
      { label: 'severity', heading: 'Severity' },
      {
        label: 'target',
        heading: 'Target',
        links: [
          evidenceOfRow('open', { target: 'target' }),
          fromRow('Its server', 'servers', { target: 'target' }),
        ],
      },
    ],
    figures: [
      {
        line: line(count(firing({ job: JOB }), ['alertname', 'severity', 'target']), 'Now'),
        unit: 'none',
      },
    ],
  };
}

function whatBegan(): Row {
  const onsets = onsetsByFault(
    {
      title: 'Faults that began, by fault',
      description: `Onsets, not requests: a client that loops for hours is one. ${SEEN_TWICE} A diamond leads to its trace.`,
      width: 14,
    },
    'no fault began',
  );
  const clients = clientsAndFaults({
    title: 'Clients that met them',
    description:
      'By client product and fault; a fault of the server shows with the clients it hit. Of all targets of the jobs.',
    width: 10,
  });
  return { title: 'What began within the time shown?', panels: [onsets, clients] };
}

/** One row for each fault that there is. */
function eachFault(): Row {
  return { title: 'Fault: $fault', repeat: 'fault', panels: [openOfFault(), begunOfFault(), metOfFault()] };
}

/** From a series of one fault, which the row names, to what proves it and what mends it. */
function leadingOn(filters: { target: string; vantage: string } | { client: string }, next: Link): Link[] {
  return [evidenceOfSeries('all', filters, '${fault:percentencode}'), RUNBOOK_OF_FAULT, next];
}

function openOfFault(): Panel {
  const open = sum(select(metrics.faultsActive, { ...HERE, fault: OF_FAULT }), ['target', 'vantage']);
  return {
    ...EACH,
    kind: 'lines',
    title: 'Open',
    description: 'Cases that are at fault, by target and by where that is seen from.',
    unit: 'none',
    bounds: badFrom({ alarm: 1 }, 'one that is open is broken'),
    links: FROM_PLACE,
    lines: [line(open, '', 'target', 'vantage')],
  };
}

function begunOfFault(): Panel {
  const seen = increase(select(metrics.faults, { ...HERE, fault: OF_FAULT }), PER_POINT);
  return {
    ...EACH,
    kind: 'bars',
    title: 'Begun',
    description: 'Onsets, by target and by where they were seen from. A diamond leads to its trace.',
    links: FROM_PLACE,
    lines: [line(sum(seen, ['target', 'vantage']), '', 'target', 'vantage')],
  };
}

function metOfFault(): Panel {
  const met = select(metrics.clientFaults, { job: JOB, client_name: CLIENT, fault: OF_FAULT });
  return {
    ...EACH,
    kind: 'bars',
    title: 'Met by',
    description: 'Onsets, by client product, of all targets of the jobs.',
    links: leadingOn(
      { client: 'client_name' },
      fromSeries('This client', 'clients', { client: 'client_name' }),
    ),
    lines: [line(sum(increase(met, PER_POINT), ['client_name']), '', 'client_name')],
  };
}
