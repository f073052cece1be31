import { createDetailView, createFacts } from './detail-view.js';
import { el, keyed, setAttribute, setText } from './dom.js';
import { createEvidence } from './evidence.js';
import { createFaultItem, createFaultList } from './faults-view.js';
import { hrefOf } from './place.js';
import { setTimeAgo, timeAgo } from './times.js';
import { clientWords, phaseWords, SEEN_FROM, versionWords, numberWords } from './words.js';

/** One session with its timeline. */
export function createSessionView() {
  return createDetailView({
    list: 'sessions',
    listTitle: 'sessions',
    gone: 'This session is not known here.',
    heading: ({ ref }) => `Session ${ref}`,
    createParts,
  });
}

function createParts() {
  const sections = [createHead(), createFaults(), createTimeline()];
  return {
    nodes: sections.map(({ node }) => node),
    update(session) {
      for (const section of sections) section.update(session);
    },
  };
}

function createHead() {
  const state = el('span', { class: 'phase' });
  const [client, target, seenFrom, version, requests, streams] = Array.from({ length: 6 }, () => el('span'));
  const [born, seen, died] = [timeAgo(), timeAgo(), timeAgo()];
  const successor = el('a', { class: 'ref-link' });
  const others = el('a', { text: 'of this client' });
  const facts = createFacts([
    ['State', state],
    ['Client', client],
    ['Target', target],
    ['Seen', seenFrom],
    ['Revision', version],
    ['Begun', born],
    ['Last seen', seen],
    ['Found dead', died],
    ['Replaced by', successor],
    ['Accepted requests', requests],
    ['Open streams', streams],
    ['Other sessions', others],
  ]);
  return {
    node: facts.node,
    update(session) {
      setText(state, phaseWords(session));
      setAttribute(state, 'data-phase', session.atFault ? 'fault' : session.phase);
      const { clientVersion } = session;
      setText(client, `${clientWords(session)}${clientVersion === null ? '' : ` ${clientVersion}`}`);
      setText(target, session.target);
      setText(seenFrom, SEEN_FROM[session.vantage] ?? session.vantage);
      setText(version, versionWords(session));
      setText(requests, numberWords(session.requests));
      setText(streams, session.openStreams === 0 ? '' : numberWords(session.openStreams));
      setTimeAgo(born, session.bornAt, 'before watching');
      setTimeAgo(seen, session.lastSeenAt);
      setTimeAgo(died, session.diedAt, '');
      setText(successor, session.successor ?? '');
      setAttribute(successor, 'href', hrefOf('sessions', { id: session.successor ?? '' }));
      setAttribute(others, 'href', hrefOf('sessions', { query: { q: session.client } }));
      facts.hideEmpty();
    },
  };
}

function createFaults() {
  const list = createFaultList();
  const show = keyed(list.items, ({ id }) => id, createFaultItem);
  const node = el('section', {}, el('h2', { text: 'Faults' }), list.node);
  return {
    node,
    update({ faults }) {
      node.hidden = faults.length === 0;
      show(faults);
    },
  };
}

function createTimeline() {
  const evidence = createEvidence();
  const note = el('p', {
    class: 'note',
    text: 'The first and the latest exchanges are kept; those in between, or the beginning, may be missing.',
  });
  const none = el('p', { class: 'empty', text: 'Its exchanges are no longer kept.' });
  const node = el('section', {}, el('h2', { text: 'Timeline' }), none, evidence.node, note);
  return {
    node,
    update({ timeline, timelineAbridged }) {
      none.hidden = timeline.length > 0;
      evidence.node.hidden = timeline.length === 0;
      evidence.update({ evidence: timeline });
      note.hidden = !timelineAbridged || timeline.length === 0;
    },
  };
}
