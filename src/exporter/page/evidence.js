import { el } from './dom.js';
import { hrefOf } from './place.js';
import { meaningWords, offsetWords, stampWords } from './words.js';

/** An answer that took this long says so. */
const SLOW_MS = 1000;

/**
 * Shows exchanges in order: when, what was asked with which session, what was answered and what that means. The
 * one that breaks the rule carries the rule, where that is given.
 */
export function createEvidence() {
  const list = el('ol', { class: 'steps' });
  let shown = '';
  return {
    node: list,
    update(group) {
      const now = JSON.stringify(group.evidence);
      if (now === shown) return;
      shown = now;
      const start = group.evidence[0]?.at ?? 0;
      list.replaceChildren(...group.evidence.map((step) => stepNode(step, start, group.rule)));
    },
  };
}

function stepNode(step, start, rule) {
  const time = el('time', {
    class: 'step-time',
    datetime: new Date(step.at).toISOString(),
    title: stampWords(step.at),
    text: offsetWords(step.at - start),
  });
  const node = el(
    'li',
    { class: step.breaksRule ? 'step step-broken' : 'step' },
    time,
    requestNode(step),
    answerNode(step),
  );
  if (step.breaksRule && rule !== undefined) node.append(ruleNode(rule));
  return node;
}

function requestNode(step) {
  const method = step.rpcMethod === null ? step.httpMethod : `${step.httpMethod} ${step.rpcMethod}`;
  return el(
    'span',
    { class: 'step-request' },
    el('code', { class: 'method', text: method }),
    sessionNode(step.sent),
  );
}

function sessionNode(ref) {
  if (ref === null) return el('span', { class: 'no-session', text: 'no session id' });
  return el('span', { class: 'session-of' }, 'session ', refNode(ref));
}

function refNode(ref) {
  const code = el('code', { class: 'ref', text: ref });
  return el('a', { class: 'ref-link', href: hrefOf('sessions', { id: ref }) }, code);
}

function answerNode(step) {
  const status = step.status === 0 ? 'none' : String(step.status);
  const node = el(
    'span',
    { class: 'step-answer' },
    el('span', { class: 'arrow', 'aria-hidden': 'true', text: '→' }),
    el('code', { class: 'status', 'data-class': status.charAt(0), text: status }),
    el('span', { class: 'meaning', text: meaningWords(step.meaning) }),
  );
  if (step.durationMs >= SLOW_MS) {
    node.append(el('span', { class: 'session-of', text: `after ${(step.durationMs / 1000).toFixed(1)} s` }));
  }
  if (step.given !== null && step.given !== step.sent)
    node.append(el('span', { class: 'session-of' }, 'gives session ', refNode(step.given)));
  return node;
}

function ruleNode(rule) {
  return el(
    'p',
    { class: 'step-rule' },
    el('strong', { text: 'Breaks the rule: ' }),
    rule.text,
    el('span', { class: 'source', text: ` ${rule.source}.` }),
  );
}
