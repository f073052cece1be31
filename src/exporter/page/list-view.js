import { asking } from './api.js';
import { el, keyed, setAttribute, setText } from './dom.js';
import { createFilters } from './filters.js';
import { hrefOf, placeOf } from './place.js';
import { counted } from './words.js';

/**
 * A view of a list that may be long: filters, a page of it, and the way to the next page. `kind` says what is in it;
 * see faults-view.js. The server filters and divides it, so the page never holds more than is seen.
 */
export function createListView(kind) {
  const status = el('p', { class: 'count', role: 'status', text: 'Asking the exporter' });
  const filters = createFilters(kind.filters, () => void refresh());
  const empty = el('p', { class: 'empty', hidden: '' });
  const pager = createPager(kind.view);
  const list = kind.createContainer();
  const showItems = keyed(list.items, kind.keyOf, kind.createItem);
  const node = el(
    'section',
    { class: 'view' },
    el('h1', { text: kind.title }),
    el('p', { class: 'lead', text: kind.lead }),
    filters.node,
    status,
    empty,
    list.node,
    pager.node,
  );

  const refresh = asking(
    () => ({ path: kind.view, query: placeOf().query }),
    ({ answer, problem }) => {
      const items = answer?.[kind.view] ?? [];
      setText(status, problem ?? statusWords(kind.noun, answer, items.length));
      empty.hidden = problem !== undefined || items.length > 0;
      list.node.hidden = items.length === 0;
      setText(empty, placeOf().query.size > 0 ? 'Nothing of this kind. Change the filters.' : kind.none);
      showItems(items);
      pager.show(answer?.next ?? null);
      if (answer !== undefined) kind.offer((name, options) => filters.offer(name, options), answer.choices);
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

function statusWords(noun, { total }, shown) {
  return total > shown
    ? `${counted(total, noun)}, ${counted(shown, noun)} on this page`
    : counted(total, noun);
}

/** Links, so that the browser's way back is the way back here too. */
function createPager(view) {
  const newest = el('a', { text: 'Back to the first page' });
  const older = el('a', { text: 'Next page', rel: 'next' });
  const node = el('nav', { class: 'pager', 'aria-label': 'Pages' }, newest, older);
  return {
    node,
    show(next) {
      const { query } = placeOf();
      const begun = query.has('cursor');
      query.delete('cursor');
      setAttribute(newest, 'href', hrefOf(view, { query }));
      newest.hidden = !begun;
      if (next !== null) query.set('cursor', next);
      setAttribute(older, 'href', hrefOf(view, { query }));
      older.hidden = next === null;
      node.hidden = newest.hidden && older.hidden;
    },
  };
}

/** A table that scrolls by itself where it is too wide. Answers what the rows go into. */
export function createTable(name, columns) {
  const items = el('tbody');
  const heads = columns.map(([text, of]) => el('th', { scope: 'col', text, ...(of && { class: of }) }));
  const table = el('table', {}, el('thead', {}, el('tr', {}, ...heads)), items);
  const node = el('div', { class: 'scroll', role: 'region', 'aria-label': name, tabindex: '0' }, table);
  return { node, items };
}
