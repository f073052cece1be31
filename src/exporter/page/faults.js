import { el, setAttribute, setText } from './dom.js';
import { createEvidence } from './evidence.js';
import { hrefOf } from './place.js';
import { setTimeAgo, timeAgo } from './times.js';
import { causeWords, clientWords, counted, severityWords, sideWords } from './words.js';

let cards = 0;

/** A fault as a card: what, whose fault, since when, who is hit, why, what to do, and the proof. */
export function createFaultCard(first) {
  const titleId = `fault-${++cards}`;
  const title = el('h3', { id: titleId });
  const side = el('span', { class: 'badge' });
  const severity = el('span', { class: 'severity' });
  const facts = createFacts();
  const because = el('p', { class: 'because' });
  const more = createMore(first);
  const node = el(
    'article',
    { class: 'card', 'aria-labelledby': titleId },
    el('header', {}, title, el('p', { class: 'badges' }, side, severity)),
    facts.node,
    because,
    more.node,
  );
  return {
    node,
    update(group) {
      setAttribute(node, 'data-fault', group.fault);
      setText(title, group.title);
      setText(side, sideWords(group.side));
      setAttribute(side, 'data-side', group.side);
      setText(severity, severityWords(group.severity));
      setAttribute(severity, 'data-severity', group.severity);
      setText(because, group.because);
      for (const part of [facts, more]) part.update(group);
    },
  };
}

function createFacts() {
  const [since, seen] = [timeAgo(), timeAgo()];
  const [client, target, cause] = [el('dd'), el('dd'), el('dd')];
  const affected = el('a');
  const fact = (name, value) => el('div', {}, el('dt', { text: name }), value);
  const lost = fact('Session lost', cause);
  const node = el(
    'dl',
    { class: 'facts' },
    fact('Affected', el('dd', {}, affected)),
    fact('Client', client),
    fact('Target', target),
    lost,
    fact('Since', el('dd', {}, since)),
    fact('Last seen', el('dd', {}, seen)),
  );
  return {
    node,
    update(group) {
      setText(affected, affectedWords(group));
      const { fault, family, target: at } = group;
      setAttribute(affected, 'href', hrefOf('faults', { query: { fault, client: family, target: at } }));
      setText(client, clientWords(group));
      setText(target, group.target);
      setText(cause, causeWords(group.cause));
      lost.hidden = cause.textContent === '';
      setTimeAgo(since, group.since);
      setTimeAgo(seen, group.lastSeenAt);
    },
  };
}

function affectedWords({ affectedSessions, affectedClients }) {
  const parts = [];
  if (affectedSessions > 0) parts.push(counted(affectedSessions, 'session'));
  if (affectedClients > 0) parts.push(counted(affectedClients, 'client'));
  return parts.length === 0 ? 'all clients of this product' : parts.join(' of ');
}

/** What to do, first for the side that is at fault, and where it is told at length. */
export function createRemedy({ heading = 'h4', part: partHeading = 'h5' } = {}) {
  const [server, client] = [el('p'), el('p')];
  const runbook = el('a', { class: 'runbook', text: 'Runbook', rel: 'noreferrer' });
  const part = (name, text) => el('div', {}, el(partHeading, { text: name }), text);
  const parts = { server: part('For the server', server), client: part('For the client', client) };
  const both = el('div', { class: 'remedies' });
  const node = el(
    'div',
    { class: 'remedy' },
    el(heading, { class: 'remedy-title', text: 'What to do' }),
    both,
    runbook,
  );
  return {
    node,
    update(group) {
      const order = group.side === 'client' ? [parts.client, parts.server] : [parts.server, parts.client];
      if (both.firstElementChild !== order[0]) both.replaceChildren(...order);
      setText(server, group.remedy.server);
      setText(client, group.remedy.client);
      setAttribute(runbook, 'href', group.runbook);
      setAttribute(runbook, 'aria-label', `Runbook: ${group.title}`);
    },
  };
}

/** What to do, and the proof; open for the first fault alone, so that many of them can be taken in at a glance. */
function createMore(first) {
  const remedy = createRemedy();
  const evidence = createEvidence();
  const label = el('span');
  const note = el('p', { class: 'note' });
  const rule = el('p', { class: 'note' });
  const node = el(
    'details',
    { class: 'proof' },
    el('summary', {}, label),
    remedy.node,
    evidence.node,
    note,
    rule,
  );
  node.open = first;
  return {
    node,
    update(group) {
      setText(label, `What to do, and the wire evidence of ${counted(group.evidence.length, 'exchange')}`);
      remedy.update(group);
      evidence.update(group);
      setText(note, noteWords(group));
      note.hidden = note.textContent === '';
      setText(rule, `The rule: ${group.rule.text} ${group.rule.source}.`);
      rule.hidden = group.evidence.some((step) => step.breaksRule);
    },
  };
}

function noteWords({ cases, evidenceAbridged }) {
  const notes = [];
  if (evidenceAbridged) notes.push('At most ten exchanges are kept; some in between may be missing.');
  if (cases > 1)
    notes.push(`Shown is one case; there ${cases === 2 ? 'is 1 more' : `are ${cases - 1} more`} like it.`);
  return notes.join(' ');
}
