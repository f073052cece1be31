import { el, setAttribute, setText } from './dom.js';
import { setTimeAgo, timeAgo } from './times.js';
import { counted, clientWords, phaseWords, sideWords } from './words.js';

/** A session as a row of the table. */
export function createSessionRow() {
  const ref = el('code', { class: 'ref' });
  const state = el('span', { class: 'phase' });
  const [client, target, requests] = [el('td'), el('td'), el('td', { class: 'number' })];
  const [born, seen] = [timeAgo(), timeAgo()];
  const node = el(
    'tr',
    {},
    el('th', { scope: 'row' }, ref),
    el('td', {}, state),
    client,
    target,
    el('td', {}, born),
    el('td', {}, seen),
    requests,
  );
  return {
    node,
    update(session) {
      setText(ref, session.ref);
      setText(state, phaseWords(session));
      setAttribute(state, 'data-phase', session.atFault ? 'fault' : session.phase);
      setText(client, clientWords(session));
      setText(target, session.target);
      setTimeAgo(born, session.bornAt, 'before watching');
      setTimeAgo(seen, session.lastSeenAt);
      setText(requests, session.requests.toLocaleString('en'));
    },
  };
}

/** A fault that is over, as one line. */
export function createEndedFault() {
  const [title, about, ended] = [el('strong'), el('span', { class: 'ended-about' }), timeAgo()];
  const node = el('li', {}, title, about, el('span', { class: 'ended-when' }, 'ended ', ended));
  return {
    node,
    update(fault) {
      const { side, target, cases } = fault;
      setText(title, fault.title);
      setText(about, `${sideWords(side)} · ${clientWords(fault)} · ${target} · ${counted(cases, 'case')}`);
      setTimeAgo(ended, fault.endedAt);
    },
  };
}
