import { createListView, createTable } from './list-view.js';
import { createSessionRow } from './sessions.js';
import { clientWords, SEEN_FROM } from './words.js';

const YES = [['true', 'yes']];

/** All sessions. */
export function createSessionsView() {
  return createListView({
    view: 'sessions',
    title: 'Sessions',
    lead: 'Told by reference: the id of a session is a credential, and is shown nowhere.',
    noun: 'session',
    none: 'None yet. A session appears with its initialize.',
    filters: [
      { name: 'q', label: 'Search' },
      {
        name: 'phase',
        label: 'State',
        options: [
          ['live', 'active'],
          ['dead', 'dead'],
          ['ended', 'ended'],
        ],
      },
      { name: 'atFault', label: 'With an open fault', options: [...YES, ['false', 'no']] },
      { name: 'listening', label: 'With an open stream', options: [...YES, ['false', 'no']] },
      { name: 'client', label: 'Client', options: [] },
      { name: 'target', label: 'Target', options: [] },
      { name: 'vantage', label: 'Seen', options: [] },
    ],
    createContainer: () =>
      createTable('Table of sessions', [
        ['Session'],
        ['State'],
        ['Client'],
        ['Target'],
        ['Begun'],
        ['Last seen'],
        ['Requests', 'number'],
        ['Open streams', 'number'],
      ]),
    keyOf: ({ ref }) => ref,
    createItem: () => createSessionRow({ withStreams: true }),
    offer(offer, { clients, targets, vantages }) {
      offer(
        'client',
        clients.map((family) => [family, clientWords({ family })]),
      );
      offer(
        'target',
        targets.map((target) => [target, target]),
      );
      offer(
        'vantage',
        vantages.map((vantage) => [vantage, SEEN_FROM[vantage] ?? vantage]),
      );
    },
  });
}
