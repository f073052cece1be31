import { el, setAttribute, setText } from './dom.js';
import { createListView } from './list-view.js';
import { hrefOf } from './place.js';
import { setTimeAgo, timeAgo } from './times.js';
import { clientWords, SEEN_FROM, sideWords, SIDES } from './words.js';

const named = (values) => values.map((value) => [value, value]);

/** All faults, open and ended. */
export function createFaultsView() {
  return createListView({
    view: 'faults',
    title: 'Faults',
    lead: 'Each session, client or family of clients that broke, the one found last first.',
    noun: 'fault',
    none: 'No fault is open.',
    filters: [
      { name: 'q', label: 'Search' },
      {
        name: 'state',
        label: 'State',
        any: 'open',
        options: [
          ['ended', 'ended'],
          ['all', 'open and ended'],
        ],
      },
      { name: 'fault', label: 'Fault', options: [] },
      { name: 'side', label: 'Who has to act', options: SIDES },
      { name: 'client', label: 'Client', options: [] },
      { name: 'target', label: 'Target', options: [] },
      { name: 'vantage', label: 'Seen', options: [] },
    ],
    createContainer: createFaultList,
    keyOf: ({ id }) => id,
    createItem: createFaultItem,
    offer(offer, { faults, clients, targets, vantages }) {
      offer(
        'fault',
        faults.map(({ id, title }) => [id, title]),
      );
      offer(
        'client',
        clients.map((family) => [family, clientWords({ family })]),
      );
      offer('target', named(targets));
      offer(
        'vantage',
        vantages.map((vantage) => [vantage, SEEN_FROM[vantage] ?? vantage]),
      );
    },
  });
}

/** What the items of {@link createFaultItem} go into. */
export function createFaultList() {
  const items = el('ul', { class: 'entries' });
  return { node: items, items };
}

/** A fault as an entry of a list, with the way to all that is known of it. */
export function createFaultItem() {
  const link = el('a', { class: 'entry-title' });
  const side = el('span', { class: 'badge' });
  const because = el('p');
  const [about, found, ended] = [el('span'), timeAgo(), timeAgo()];
  const end = el('span', {}, 'ended ', ended);
  const node = el(
    'li',
    { class: 'entry' },
    el('div', { class: 'entry-head' }, link, side),
    because,
    el('p', { class: 'entry-about' }, about, el('span', {}, 'found ', found), end),
  );
  return {
    node,
    update(fault) {
      setText(link, fault.title);
      setAttribute(link, 'href', hrefOf('faults', { id: fault.id }));
      setText(side, sideWords(fault.side));
      setAttribute(side, 'data-side', fault.side);
      setAttribute(node, 'data-state', fault.state);
      setText(because, fault.because);
      setText(about, `${subjectWords(fault)} · ${clientWords(fault)} · ${fault.target}`);
      setTimeAgo(found, fault.foundAt);
      setTimeAgo(ended, fault.endedAt, '');
      end.hidden = fault.state === 'open';
    },
  };
}

/** Who is at fault or hit. */
export function subjectWords({ kind, ref }) {
  if (kind === 'cohort') return 'all clients of this product';
  return `${kind} ${kind === 'client' ? ref.slice(ref.lastIndexOf(' ') + 1) : ref}`;
}
