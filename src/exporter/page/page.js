import { createClientsView } from './clients-view.js';
import { setAttribute, setText } from './dom.js';
import { createFaultView } from './fault-view.js';
import { createFaultsView } from './faults-view.js';
import { follow } from './live.js';
import { createOverview } from './overview.js';
import { placeOf } from './place.js';
import { createProbesView } from './probes-view.js';
import { createSessionView } from './session-view.js';
import { createSessionsView } from './sessions-view.js';
import { serverNow, setClock, tickTimes } from './times.js';
import { createTrafficView } from './traffic-view.js';
import { clockWords, durationWords, targetWords } from './words.js';

const at = (id) => document.getElementById(id);

/** How often a view asks again at most: one that many have open must not keep the exporter busy. */
const REFRESH_MS = 3000;

/** The views by name, and those of one of many. */
const VIEWS = {
  faults: createFaultsView,
  sessions: createSessionsView,
  clients: createClientsView,
  traffic: createTrafficView,
  probes: createProbesView,
};
const DETAILS = { faults: createFaultView, sessions: createSessionView };

const overview = createOverview();
let latest;
let heardAt = 0;
let shown = { key: '' };
let refreshedAt = 0;
let later;

/** Shows the view of the address; one that stands already keeps its elements. */
function go() {
  const place = placeOf();
  const create = place.id === '' ? VIEWS[place.view] : DETAILS[place.view];
  const key = create === undefined ? 'overview' : `${place.view}${place.id === '' ? '' : '/'}`;
  const isFirst = shown.key === '';
  if (key !== shown.key) {
    shown = { key, view: create?.() };
    overview.node.hidden = create !== undefined;
    at('view').replaceChildren(...(shown.view === undefined ? [] : [shown.view.node]));
    if (!isFirst) scrollTo(0, 0);
  }
  for (const link of document.querySelectorAll('.views a')) {
    if (placeOf(link.hash).view === (create === undefined ? '' : place.view))
      link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (!isFirst) at('main').focus({ preventScroll: true });
  if (shown.view === undefined && latest !== undefined) overview.show(latest);
  refreshedAt = Date.now();
  void shown.view?.go(place)?.then(entitle);
  entitle();
}

/** What the browser calls the page: in lists of tabs and bookmarks. */
function entitle() {
  const words = shown.view === undefined ? latest?.sentence : shown.view.node.querySelector('h1').textContent;
  if (words !== undefined) document.title = `${words} · MCP sessions`;
}

function show(state, ahead) {
  setClock(ahead);
  latest = state;
  heardAt = serverNow();
  setAttribute(at('about'), 'data-targets', targetWords(state.targets));
  setText(at('version'), `mcp-session-exporter ${state.version}`);
  if (shown.view === undefined) overview.show(state);
  else refresh();
  entitle();
  tick();
}

/** Asks again, unless that was done just now: then a little later, so that the last change is not missed. */
function refresh() {
  const early = refreshedAt + REFRESH_MS - Date.now();
  clearTimeout(later);
  if (document.hidden) return;
  if (early > 0) return void (later = setTimeout(refresh, early));
  refreshedAt = Date.now();
  void shown.view?.refresh();
}

function showConnection(state) {
  const node = at('connection');
  setAttribute(node, 'data-state', state);
  const since = heardAt === 0 ? '' : ` What you see is from ${clockWords(heardAt)}.`;
  setText(node, state === 'live' ? 'Live' : `Connection lost, trying again.${since}`);
  document.body.classList.toggle('stale', state === 'lost');
}

function tick() {
  tickTimes();
  if (latest === undefined) return;
  const seconds = Math.max(0, Math.floor((serverNow() - latest.startedAt) / 1000));
  setText(at('about'), `${at('about').dataset.targets} · watched for ${durationWords(seconds)}`);
}

at('skip').addEventListener('click', (event) => {
  // The address names a place on the page, so an anchor cannot be what it is elsewhere.
  event.preventDefault();
  at('main').focus();
});
addEventListener('hashchange', go);
document.addEventListener('visibilitychange', refresh);
go();
follow(show, showConnection);
setInterval(tick, 1000);
