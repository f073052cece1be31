import { asking } from './api.js';
import { el, setText } from './dom.js';
import { hrefOf } from './place.js';

/**
 * A view of one of many. `of` says of which list (`faults`), in what words, and makes the `parts` that show it. What
 * is no longer known stays on the page, with a word about it.
 */
export function createDetailView({ list, listTitle, gone, heading, createParts }) {
  const title = el('h1', { text: 'Asking the exporter' });
  const note = el('p', { class: 'empty', role: 'status', hidden: '' });
  const back = el('p', { class: 'back' }, el('a', { href: hrefOf(list), text: `All ${listTitle}` }));
  const parts = createParts();
  const body = el('div', { class: 'detail', hidden: '' }, ...parts.nodes);
  const node = el('section', { class: 'view' }, back, title, note, body);
  let wanted = '';

  const refresh = asking(
    () => ({ path: `${list}/${encodeURIComponent(wanted)}` }),
    ({ answer, problem, isMissing }) => {
      note.hidden = problem === undefined;
      if (problem !== undefined) {
        setText(note, wordsOf(isMissing ? gone : problem, !body.hidden));
        if (body.hidden) setText(title, listTitle.charAt(0).toUpperCase() + listTitle.slice(1));
        return;
      }
      body.hidden = false;
      setText(title, heading(answer));
      parts.update(answer);
    },
  );

  return {
    node,
    refresh,
    go({ id }) {
      if (id !== wanted) body.hidden = true;
      wanted = id;
      return refresh();
    },
  };
}

function wordsOf(problem, wasKnown) {
  return wasKnown ? `${problem} Below is what was known last.` : problem;
}

/** Names and values; `rows` are `[name, node]`. Answers a function that hides a row that has nothing to say. */
export function createFacts(rows) {
  const node = el('dl', { class: 'facts' });
  const shown = new Map();
  for (const [name, value] of rows) {
    const row = el('div', {}, el('dt', { text: name }), el('dd', {}, value));
    shown.set(value, row);
    node.append(row);
  }
  return {
    node,
    hideEmpty() {
      for (const [value, row] of shown) row.hidden = value.textContent === '';
    },
  };
}
