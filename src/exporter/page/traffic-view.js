import { asking } from './api.js';
import { createCharts, STORM_CHARTS } from './charts.js';
import { el, keyed, setText } from './dom.js';
import { createFaultItem, createFaultList } from './faults-view.js';
import { createTable } from './list-view.js';
import { clientWords, counted, eraWords, SEEN_FROM, versionWords, numberWords } from './words.js';

/** Storms, and the eras and revisions of the protocol. */
export function createTrafficView() {
  const parts = [createStorms(), createEras()];
  const node = el(
    'section',
    { class: 'view' },
    el('h1', { text: 'Storms and eras' }),
    ...parts.map((part) => part.node),
  );
  const refresh = () => Promise.all(parts.map((part) => part.refresh()));
  return { node, refresh, go: refresh };
}

function createStorms() {
  const status = el('p', { class: 'count', role: 'status', text: 'Asking the exporter' });
  const charts = el('div', { class: 'charts' });
  const showCharts = createCharts(charts, STORM_CHARTS);
  const list = createFaultList();
  const show = keyed(list.items, ({ id }) => id, createFaultItem);
  const note = el('p', {
    class: 'note',
    text: 'A storm of a whole fleet is told by a rule of Prometheus (fleet-reinit-storm), which knows how it is on other days.',
  });
  return {
    node: el('section', {}, el('h2', { text: 'Storms' }), status, list.node, charts, note),
    refresh: asking(
      () => ({ path: 'storms' }),
      ({ answer, problem }) => {
        const storms = answer?.storms ?? [];
        setText(status, problem ?? wordsOf(answer.total, storms.length));
        list.node.hidden = storms.length === 0;
        show(storms);
        if (answer !== undefined) showCharts(answer.history);
      },
    ),
  };
}

function wordsOf(total, shown) {
  if (total === 0) return 'No client comes again and again.';
  const more = total > shown ? `, the latest ${shown} below` : '';
  return `${counted(total, 'storm is', 'storms are')} under way${more}.`;
}

function createEras() {
  const table = createTable('Table of revisions', [
    ['Target'],
    ['Seen'],
    ['Era'],
    ['Revision'],
    ['Requests', 'number'],
    ['Clients'],
  ]);
  const none = el('p', { class: 'empty', text: 'None yet.' });
  const show = keyed(table.items, keyOfEra, createEraRow);
  return {
    node: el('section', {}, el('h2', { text: 'Eras and revisions' }), none, table.node),
    refresh: asking(
      () => ({ path: 'eras' }),
      ({ answer }) => {
        const eras = answer?.eras ?? [];
        none.hidden = eras.length > 0;
        table.node.hidden = eras.length === 0;
        show(eras);
      },
    ),
  };
}

function keyOfEra({ vantage, target, era, protocolVersion }) {
  return `${vantage} ${target} ${era} ${protocolVersion}`;
}

function createEraRow() {
  const [target, seen, era, version, clients] = [
    el('th', { scope: 'row' }),
    el('td'),
    el('td'),
    el('td'),
    el('td'),
  ];
  const requests = el('td', { class: 'number' });
  return {
    node: el('tr', {}, target, seen, era, version, requests, clients),
    update(of) {
      setText(target, of.target);
      setText(seen, SEEN_FROM[of.vantage] ?? of.vantage);
      setText(era, eraWords(of.era));
      setText(version, versionWords(of));
      setText(requests, numberWords(of.requests));
      setText(clients, of.clients.map((family) => clientWords({ family })).join(', '));
    },
  };
}
