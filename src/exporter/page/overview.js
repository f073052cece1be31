import { createCharts, OVERVIEW_CHARTS } from './charts.js';
import { el, keyed, setText } from './dom.js';
import { createFaultCard } from './faults.js';
import { icon } from './icons.js';
import { createEndedFault, createSessionRow } from './sessions.js';
import { counted, idleLimitWords } from './words.js';

const at = (id) => document.getElementById(id);

/** The rest stand in a view of their own. */
const SESSIONS_SHOWN = 12;

const HOW_TO_BEGIN =
  'Send a request to the MCP endpoint of this program. It is recognised by a path that ends in /mcp, or by the headers of the protocol.';

/** The start: whether anything is broken, what, and how the last minutes were. It shows what the events tell. */
export function createOverview() {
  const idOf = ({ id }) => id;
  const showFaults = keyed(at('faults'), idOf, () => createFaultCard(at('faults').childElementCount === 0));
  const showEnded = keyed(at('ended'), idOf, createEndedFault);
  const showSessions = keyed(
    at('sessions'),
    ({ ref }) => ref,
    () => createSessionRow(),
  );
  const showCharts = createCharts(at('charts'), OVERVIEW_CHARTS);
  at('verdict-icon').replaceChildren(icon('unknown'));
  at('scope').replaceChildren(el('span', { text: 'This takes a second.' }));
  return {
    node: at('overview'),
    show(state) {
      showVerdict(state);
      at('faults-section').hidden = state.faults.length === 0;
      showFaults(state.faults);
      showMore(at('faults-more'), state.faultsNotShown, 'more kind of fault', 'more kinds of fault');
      showCharts(state.history);
      at('ended-empty').hidden = state.endedFaults.length > 0;
      showEnded(state.endedFaults);
      at('sessions-empty').hidden = state.sessions.length > 0;
      at('sessions-scroll').hidden = state.sessions.length === 0;
      const shown = state.sessions.slice(0, SESSIONS_SHOWN);
      const left = state.sessions.length - shown.length + state.sessionsNotShown;
      showSessions(shown);
      showMore(at('sessions-more'), left, 'more session', 'more sessions');
    },
  };
}

function showVerdict(state) {
  const kind = verdictOf(state);
  const verdict = at('verdict');
  if (verdict.dataset.state !== kind || at('verdict-icon').childElementCount === 0) {
    verdict.dataset.state = kind;
    at('verdict-icon').replaceChildren(icon(kind));
  }
  setText(at('sentence'), state.sentence);
  setText(at('scope'), kind === 'unknown' ? HOW_TO_BEGIN : scopeWords(state));
}

function verdictOf({ state, totals }) {
  if (state === 'broken') return 'broken';
  return totals.exchanges === 0 ? 'unknown' : 'healthy';
}

function scopeWords({ totals, idleLimits }) {
  const { activeSessions, openStreams } = totals;
  const now = `${counted(activeSessions, 'active session')}, ${counted(openStreams, 'open stream')}.`;
  return `${now} ${idleLimitWords(idleLimits)}`.trim();
}

function showMore(node, count, noun, nouns) {
  node.hidden = count <= 0;
  setText(node.firstElementChild, counted(count, noun, nouns));
}
