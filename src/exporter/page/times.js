import { el, setAttribute, setText } from './dom.js';
import { agoWords, stampWords } from './words.js';

let ahead = 0;

/** The server's time, as far as is known. */
export function serverNow() {
  return Date.now() + ahead;
}

/** Takes in how much the server's clock is ahead of ours. */
export function setClock(ms) {
  ahead = ms;
}

/** A time that tells how long ago it was, and keeps on telling; the whole date is its title. */
export function timeAgo() {
  return el('time', { class: 'ago' });
}

/** Points such a time at a moment; at none, it says `never`. */
export function setTimeAgo(node, at, never = 'unknown') {
  node.dataset.at = at;
  if (at === 0) {
    node.removeAttribute('datetime');
    node.removeAttribute('title');
    return setText(node, never);
  }
  setAttribute(node, 'datetime', new Date(at).toISOString());
  setAttribute(node, 'title', stampWords(at));
  setText(node, agoWords(serverNow() - at));
}

/** Brings every time on the page up to date. */
export function tickTimes() {
  for (const node of document.querySelectorAll('time.ago[datetime]')) {
    setText(node, agoWords(serverNow() - Number(node.dataset.at)));
  }
}
