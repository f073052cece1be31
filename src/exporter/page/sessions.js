import { el, setAttribute, setText } from './dom.js';
import { hrefOf } from './place.js';
import { setTimeAgo, timeAgo } from './times.js';
import { counted, clientWords, phaseWords, sideWords, numberWords } from './words.js';

/** A session as a row of the table. */
export function createSessionRow({ withStreams = false } = {}) {
  const ref = el('code', { class: 'ref' });
  const link = el('a', { class: 'ref-link' }, ref);
  const state = el('span', { class: 'phase' });
  const [client, target] = [el('td'), el('td')];
  const [requests, streams] = [el('td', { class: 'number' }), el('td', { class: 'number' })];
  const [born, seen] = [timeAgo(), timeAgo()];
  const node = el(
    'tr',
    {},
    el('th', { scope: 'row' }, link),
    el('td', {}, state),
    client,
    target,
    el('td', {}, born),
    el('td', {}, seen),
    requests,
    ...(withStreams ? [streams] : []),
  );
  return {
    node,
    update(session) {
      setText(ref, session.ref);
      setAttribute(link, 'href', hrefOf('sessions', { id: session.ref }));
      setText(state, phaseWords(session));
      setAttribute(state, 'data-phase', session.atFault ? 'fault' : session.phase);
      setText(client, clientWords(session));
      setText(target, session.target);
      setTimeAgo(born, session.bornAt, 'before watching');
      setTimeAgo(seen, session.lastSeenAt);
      setText(requests, numberWords(session.requests));
      if (withStreams) setText(streams, numberWords(session.openStreams));
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
