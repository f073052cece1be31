import { createDetailView, createFacts } from './detail-view.js';
import { el, keyed, setAttribute, setText } from './dom.js';
import { createEvidence } from './evidence.js';
import { createRemedy } from './faults.js';
import { subjectWords } from './faults-view.js';
import { hrefOf } from './place.js';
import { setTimeAgo, timeAgo } from './times.js';
import { causeWords, clientWords, counted, SEEN_FROM, severityWords, sideWords } from './words.js';

/** One fault with all that is known of it. */
export function createFaultView() {
  return createDetailView({
    list: 'faults',
    listTitle: 'faults',
    gone: 'This fault is not known here. Ended faults are kept until a thousand more have ended, or the exporter does.',
    heading: ({ title }) => title,
    createParts,
  });
}

function createParts() {
  const sections = [
    createHead(),
    createRemedy({ heading: 'h2', part: 'h3' }),
    createProof(),
    createSessions(),
    createRecording(),
  ];
  return {
    nodes: sections.map(({ node }) => node),
    update(fault) {
      for (const section of sections) section.update(fault);
    },
  };
}

function createHead() {
  const side = el('span', { class: 'badge' });
  const severity = el('span', { class: 'severity' });
  const [state, who, client, target, seenFrom, cause] = Array.from({ length: 6 }, () => el('span'));
  const [since, seen, ended] = [timeAgo(), timeAgo(), timeAgo()];
  const facts = createFacts([
    ['State', state],
    ['Who', who],
    ['Client', client],
    ['Target', target],
    ['Seen', seenFrom],
    ['Session lost', cause],
    ['Since', since],
    ['Last seen', seen],
    ['Ended', ended],
  ]);
  const because = el('p', { class: 'because' });
  const node = el('div', {}, el('p', { class: 'badges' }, side, severity), facts.node, because);
  return {
    node,
    update(fault) {
      setText(side, sideWords(fault.side));
      setAttribute(side, 'data-side', fault.side);
      setText(severity, severityWords(fault.severity));
      setAttribute(severity, 'data-severity', fault.severity);
      setText(state, fault.state === 'open' ? 'Open' : 'Ended');
      setText(who, subjectWords(fault));
      setText(client, clientWords(fault));
      setText(target, fault.target);
      setText(seenFrom, SEEN_FROM[fault.vantage] ?? fault.vantage);
      setText(cause, causeWords(fault.cause));
      setTimeAgo(since, fault.since);
      setTimeAgo(seen, fault.lastSeenAt);
      setTimeAgo(ended, fault.endedAt, '');
      setText(because, fault.because);
      facts.hideEmpty();
    },
  };
}

function createProof() {
  const evidence = createEvidence();
  const note = el('p', {
    class: 'note',
    text: 'At most ten exchanges are kept as evidence; some in between may be missing.',
  });
  const rule = el('p', { class: 'note' });
  const node = el('section', {}, el('h2', { text: 'Wire evidence' }), evidence.node, note, rule);
  return {
    node,
    update(fault) {
      evidence.update(fault);
      note.hidden = !fault.evidenceAbridged;
      setText(rule, `The rule: ${fault.rule.text} ${fault.rule.source}.`);
      rule.hidden = fault.evidence.some((step) => step.breaksRule);
    },
  };
}

function createSessions() {
  const list = el('ul', { class: 'refs' });
  const show = keyed(
    list,
    (ref) => ref,
    (ref) => ({ node: el('li', {}, sessionLink(ref)), update() {} }),
  );
  const node = el('section', {}, el('h2', { text: 'Sessions concerned' }), list);
  return {
    node,
    update({ sessions }) {
      node.hidden = sessions.length === 0;
      show(sessions);
    },
  };
}

function createRecording() {
  const words = el('span');
  const link = el('a', { text: 'Download the recording', download: '' });
  const how = el(
    'p',
    { class: 'note' },
    'Judge it again elsewhere with ',
    el('code', { text: 'mcp-session-exporter replay FILE' }),
    '. It holds references, and no ids, tokens or bodies.',
  );
  const abridged = el('p', {
    class: 'note',
    text: 'Of each session the first and the latest exchanges are kept. What takes those in between to see, such as a habit of half an hour, is not found again in a replay.',
  });
  const node = el(
    'section',
    {},
    el('h2', { text: 'Take it along' }),
    el('p', {}, link, words),
    how,
    abridged,
  );
  return {
    node,
    update({ id, recordedExchanges, recordingAbridged }) {
      abridged.hidden = !recordingAbridged || recordedExchanges === 0;
      link.hidden = how.hidden = recordedExchanges === 0;
      setAttribute(link, 'href', `api/v1/faults/${encodeURIComponent(id)}/recording`);
      setText(
        words,
        recordedExchanges === 0
          ? 'Its exchanges are no longer kept.'
          : ` of ${counted(recordedExchanges, 'exchange')}.`,
      );
    },
  };
}

/** A session by its reference, with the way to its timeline. */
export function sessionLink(ref) {
  return el(
    'a',
    { class: 'ref-link', href: hrefOf('sessions', { id: ref }) },
    el('code', { class: 'ref', text: ref }),
  );
}
