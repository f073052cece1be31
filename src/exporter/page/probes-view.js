import { asking } from './api.js';
import { el, setText } from './dom.js';
import { createTable } from './list-view.js';
import { setTimeAgo, timeAgo } from './times.js';
import { verdictWords } from './words.js';

const SIGNS = { passed: '✓', failed: '✗', 'not-applicable': '–', skipped: '?' };

/** What the latest probes found: a row for each check, a column for each target and module. */
export function createProbesView() {
  const none = el('p', { class: 'empty', role: 'status', text: 'Asking the exporter' });
  const body = el('div', { class: 'detail' });
  const node = el(
    'section',
    { class: 'view' },
    el('h1', { text: 'Probes' }),
    el('p', { class: 'lead', text: 'Whether servers handle sessions by the book, check by check.' }),
    none,
    body,
  );
  let shown = '';
  const refresh = asking(
    () => ({ path: 'probes' }),
    ({ answer, problem }) => {
      none.hidden = problem === undefined && answer.probes.length > 0;
      setText(
        none,
        problem ??
          'None yet. Probe a server with mcp-session-exporter probe URL, or ask /probe?target=URL of a target on the list.',
      );
      const now = JSON.stringify(answer);
      if (problem !== undefined || now === shown) return;
      shown = now;
      body.replaceChildren(...(answer.probes.length === 0 ? [] : [matrixOf(answer), failuresOf(answer)]));
    },
  );
  return { node, refresh, go: refresh };
}

function matrixOf({ checks, probes }) {
  const table = createTable('Table of probes', [['Check'], ...probes.map(() => [''])]);
  const heads = table.node.querySelectorAll('thead th');
  probes.forEach((probe, i) => heads[i + 1].append(...breakable(placeWords(probe))));
  table.node.classList.add('matrix');
  const about = el('tr', {}, el('th', { scope: 'row', text: 'Probed' }), ...probes.map(aboutCell));
  const rows = checks.map(({ id, title }) =>
    el('tr', {}, el('th', { scope: 'row', text: title }), ...probes.map((probe) => cellOf(probe, id))),
  );
  table.items.append(about, ...rows);
  return table.node;
}

/** An address without what is the same in all of them, and by which module, where it is not the usual one. */
function placeWords({ target, module }) {
  return target.replace(/^https?:\/\//, '') + (module === 'default' ? '' : ` (${module})`);
}

/** An address is broken where it has parts. */
function breakable(text) {
  return text.split(/(?<=[/:])/).flatMap((part) => [part, el('wbr')]);
}

function aboutCell({ at, reason }) {
  const time = timeAgo();
  setTimeAgo(time, at);
  return el('td', {}, time, ...(reason === null ? [] : [el('p', { class: 'reason', text: reason })]));
}

function cellOf({ results }, check) {
  const result = results.find((each) => each.check === check);
  if (result === undefined) return el('td', { class: 'verdict-cell', text: '' });
  const { verdict, words } = result;
  const sign = el('span', { 'aria-hidden': 'true', text: `${SIGNS[verdict] ?? ''} ` });
  return el(
    'td',
    { class: 'verdict-cell', 'data-verdict': verdict, title: words },
    sign,
    verdictWords(verdict),
  );
}

/** What failed, in words: a title alone is not reached by a keyboard. What failed in one way is told once. */
function failuresOf({ checks, probes }) {
  const titles = new Map(checks.map(({ id, title }) => [id, title]));
  const failures = new Map();
  for (const probe of probes) {
    const place = placeWords(probe);
    for (const { check, verdict, words, faults } of probe.results) {
      if (verdict !== 'failed') continue;
      const key = `${place} ${words} ${faults.join()}`;
      const known = failures.get(key) ?? { place, words, faults, titles: [] };
      failures.set(key, { ...known, titles: [...known.titles, titles.get(check) ?? check] });
    }
  }
  const list = el('ul', { class: 'entries' }, ...[...failures.values()].map(failureOf));
  const empty = failures.size === 0 ? [el('p', { class: 'empty', text: 'No check failed.' })] : [list];
  return el('section', {}, el('h2', { text: 'What failed' }), ...empty);
}

function failureOf({ place, words, faults, titles }) {
  const leads = faults.length === 0 ? '' : ` · leads to ${faults.join(', ')}`;
  return el(
    'li',
    { class: 'entry' },
    el('div', { class: 'entry-head' }, el('strong', { text: words })),
    el('p', { text: titles.join('; ') }),
    el('p', { class: 'entry-about', text: `${place}${leads}` }),
  );
}
