import { asking } from './api.js';
import { el, keyed, setAttribute, setText } from './dom.js';
import { createFilters } from './filters.js';
import { createTable } from './list-view.js';
import { hrefOf, placeOf } from './place.js';
import { clientWords, counted, numberWords, outcomeWords, shareWords, versionWords } from './words.js';

/** The client products by version, the revisions they speak, and how they recover when a session is lost. */
export function createClientsView() {
  const status = el('p', { class: 'count', role: 'status', text: 'Asking the exporter' });
  const filters = createFilters([{ name: 'q', label: 'Search' }], () => void refresh());
  const table = createTable('Table of clients', [
    ['Client, and its versions'],
    ['Target'],
    ['Recovered, and what became of lost sessions'],
    ['Open faults', 'number'],
    ['Active', 'number'],
    ['Sessions', 'number'],
    ['Requests, by revision'],
  ]);
  const show = keyed(table.items, keyOf, createRow);
  const node = el(
    'section',
    { class: 'view' },
    el('h1', { text: 'Clients' }),
    el('p', {
      class: 'lead',
      text: 'Recovered: of the lost sessions whose client was told so by a 404, the share that it replaced by a new one in time.',
    }),
    filters.node,
    status,
    table.node,
  );

  const refresh = asking(
    () => ({ path: 'clients' }),
    ({ answer, problem }) => {
      const clients = (answer?.clients ?? []).filter(isMeant(placeOf().query.get('q')));
      setText(status, problem ?? counted(clients.length, 'client at its target', 'clients at their targets'));
      table.node.hidden = clients.length === 0;
      show(clients);
    },
  );
  return {
    node,
    refresh,
    go({ query }) {
      filters.read(query);
      return refresh();
    },
  };
}

function keyOf({ vantage, target, family }) {
  return `${vantage} ${target} ${family}`;
}

function isMeant(text) {
  const wanted = text?.trim().toLowerCase() ?? '';
  return (client) => {
    const versions = client.versions.map(({ version }) => `${client.family} ${version}`);
    return [keyOf(client), clientWords(client), ...versions].join(' ').toLowerCase().includes(wanted);
  };
}

function createRow() {
  const [name, target] = [el('span'), el('td')];
  const versions = el('ul', { class: 'versions' });
  const showVersions = keyed(versions, ({ version }) => version, createVersion);
  const client = el('th', { scope: 'row' }, name, versions);
  const [active, sessions] = [el('td', { class: 'number' }), el('td', { class: 'number' })];
  const revisions = el('ul', { class: 'revisions' });
  const showRevisions = keyed(revisions, versionWords, createRevision);
  const recovery = createRecovery();
  const faults = el('a');
  const open = el('td', { class: 'number' }, faults);
  return {
    node: el('tr', {}, client, target, recovery.node, open, active, sessions, el('td', {}, revisions)),
    update(of) {
      setText(name, clientWords(of));
      showVersions(of.versions.slice(0, VERSIONS_SHOWN));
      setText(target, of.target);
      setText(active, numberWords(of.activeClients));
      setText(sessions, numberWords(of.sessionsCreated));
      showRevisions(of.revisions);
      recovery.update(of);
      setText(faults, numberWords(of.openFaults));
      setAttribute(faults, 'href', hrefOf('faults', { query: { client: of.family, target: of.target } }));
      faults.hidden = of.openFaults === 0;
    },
  };
}

/** The share that recovered, as a number and a bar, and what became of each lost session. */
function createRecovery() {
  const share = el('span');
  const filled = el('span');
  const bar = el('span', { class: 'bar-of', 'aria-hidden': 'true' }, filled);
  const outcomes = el('p', { class: 'outcomes' });
  return {
    node: el('td', { class: 'words' }, bar, share, outcomes),
    update({ recoveryRatio, recoveries }) {
      setText(share, shareWords(recoveryRatio));
      bar.hidden = recoveryRatio === null;
      filled.style.width = `${(recoveryRatio ?? 0) * 100}%`;
      const told = Object.entries(recoveries).map(
        ([name, count]) => `${numberWords(count)} ${outcomeWords(name)}`,
      );
      setText(outcomes, told.join(', '));
    },
  };
}

/** Of more than these, the ones that most clients have. */
const VERSIONS_SHOWN = 6;

/** A version of a product: how many clients have it, and how they recover. */
function createVersion() {
  const node = el('li');
  return {
    node,
    update({ version, clients, recoveryRatio }) {
      const recovered = recoveryRatio === null ? '' : ` · ${shareWords(recoveryRatio)} recovered`;
      setText(node, `${version} · ${counted(clients, 'client')}${recovered}`);
    },
  };
}

function createRevision() {
  const node = el('li');
  return {
    node,
    update: (revision) => setText(node, `${versionWords(revision)}: ${numberWords(revision.requests)}`),
  };
}
