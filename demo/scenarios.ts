import type { RequestListener } from 'node:http';
import type { Scene } from './scene.ts';
import { serveMaskedJson, serveMaskedStream } from './servers/masked-200.ts';
import { servePlainTextGet } from './servers/plain-text-get.ts';
import { serveRmcp016 } from './servers/rmcp-0-16.ts';
import { serveSdk129 } from './servers/sdk-1-29.ts';
import { serveSdk132 } from './servers/sdk-1-32.ts';
import { serveSdk2, serveSdk2WithSessions } from './servers/sdk-2.ts';
import * as healthy from './stories/healthy.ts';
import * as troubled from './stories/troubled.ts';

/** A server, a client and what happens to them, with the faults that must be found, and no others. */
export interface Scenario {
  /** Also the name of the target under which its server is watched. */
  readonly name: string;
  readonly serve: () => RequestListener;
  readonly play: (scene: Scene) => Promise<void>;
  /** Ids of faults, in alphabetical order. They follow from the protocol and from public reports, not from a run. */
  readonly expected: readonly string[];
  /** Why exactly these. */
  readonly because: string;
  /** Seconds that must pass before the fault can be found at its default thresholds, where `--once` has fewer. */
  readonly seconds?: number;
}

/** Every scenario: first those in which something is wrong, then the healthy pairs. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'cursor-1.6-on-sdk-1.29',
    serve: serveSdk129,
    play: troubled.cursorOn(400),
    expected: ['dead-session-wrong-status'],
    because:
      'The server answers a dead id 400. It never answers 404, so the client is not at fault for going on.',
  },
  {
    name: 'sdk-1.29-on-sdk-1.29',
    serve: serveSdk129,
    play: troubled.sdk129KeepsCalling,
    expected: ['dead-session-wrong-status'],
    because: 'As above, with the real client of that version.',
  },
  {
    name: 'cursor-1.6-on-sdk-1.32',
    serve: serveSdk132,
    play: troubled.cursorOn(404),
    expected: ['client-no-reinit', 'client-reuses-dead-session'],
    because: 'Told by a 404, the client repeats the dead id, and for over 30 s does not initialize.',
  },
  {
    name: 'sdk-1.32-on-sdk-1.32',
    serve: serveSdk132,
    play: troubled.sdk132KeepsCalling,
    expected: ['client-no-reinit', 'client-reuses-dead-session'],
    because: 'The SDK leaves recovery to the program (typescript-sdk#1708), and this program has none.',
  },
  {
    name: 'reconnecting-on-rmcp-0.16',
    serve: serveRmcp016,
    play: troubled.reconnectAfter401,
    expected: ['auth-masks-session', 'dead-session-wrong-status'],
    because: 'The server answers a dead id 401, then takes the same token for a new session (rust-sdk#689).',
  },
  {
    name: 'correct-on-masked-stream',
    serve: serveMaskedStream,
    play: troubled.callIntoMask,
    expected: ['dead-session-masked-2xx'],
    because: 'The death is told in an event of a 200 answer, addressed to no request (keryx#503).',
  },
  {
    name: 'correct-on-masked-json',
    serve: serveMaskedJson,
    play: troubled.listIntoMask,
    expected: ['dead-session-masked-2xx'],
    because: 'The death is told in a 200 answer to tools/list, with the id of that request (zilla#2525).',
  },
  {
    name: 'headerless-on-sdk-1.32',
    serve: serveSdk132,
    play: troubled.goOnHeaderless,
    expected: ['client-headerless-after-404'],
    because:
      'The client drops the dead id and goes on without any (muster#999); it does not repeat the dead one.',
  },
  {
    name: 'storming-on-sdk-1.32',
    serve: serveSdk132,
    play: troubled.storm,
    expected: ['reinit-storm'],
    because:
      'Eight handshakes within a minute, no work in any of the sessions, and nothing was lost (reticle#308).',
  },
  {
    name: 'sdk-1.32-on-plain-text-get',
    serve: servePlainTextGet,
    play: troubled.loopOnPlainText,
    expected: ['get-reopen-loop'],
    because: 'The GET is answered 200 and ends at once; the SDK opens it again every second (malloyyo#134).',
  },
  {
    name: 'claude-ai-on-sdk-1.32',
    serve: serveSdk132,
    play: troubled.neverEcho,
    expected: ['session-id-never-echoed'],
    because:
      'Three ids were given and none came back within 60 s, while calls without one were refused (claude-ai-mcp#975).',
    seconds: 60,
  },
  {
    name: 'codex-on-sdk-1.32',
    serve: serveSdk132,
    play: troubled.leaveBehind,
    expected: ['orphaned-sessions', 'session-per-call'],
    because:
      'Twelve sessions serve a call each and are left; they lie idle for ten minutes, and none is ended with DELETE (codex#41600).',
    seconds: 600,
  },
  {
    name: 'correct-on-sdk-1.32',
    serve: serveSdk132,
    play: healthy.recoverAtOnce,
    expected: [],
    because:
      'On 404 the client initializes without the id and repeats the call, as clause 4 of the session rules asks.',
  },
  {
    name: 'claude-code-on-sdk-1.32',
    serve: serveSdk132,
    play: healthy.recoverOnNextUse,
    expected: [],
    because:
      'Silent after the 404, then a handshake before the next call (claude-code#56264): late, and right.',
  },
  {
    name: 'parallel-calls-on-sdk-1.32',
    serve: serveSdk132,
    play: healthy.dieWithCallsInFlight,
    expected: [],
    because: 'Calls cut off by the restart, and calls sent before the first 404 came back, prove nothing.',
  },
  {
    name: 'goodbye-on-sdk-1.32',
    serve: serveSdk132,
    play: healthy.sayGoodbye,
    expected: [],
    because: 'The client ends its session with DELETE and is gone.',
  },
  {
    name: 'sdk-2-modern-on-sdk-2',
    serve: serveSdk2,
    play: healthy.sdk2On('auto', '2026-07-28'),
    expected: [],
    because: 'Revision 2026-07-28 has no sessions to lose.',
  },
  {
    name: 'sdk-2-legacy-on-sdk-2',
    serve: serveSdk2,
    play: healthy.sdk2On('legacy', '2025-11-25'),
    expected: [],
    because: 'Without an id given, there is none to lose; 405 to GET is legal.',
  },
  {
    name: 'sdk-1.32-on-sdk-2',
    serve: serveSdk2,
    play: healthy.sdk132OnStateless,
    expected: [],
    because: 'The same with the client of the older SDK.',
  },
  {
    name: 'sdk-2-legacy-on-sdk-2-map',
    serve: serveSdk2WithSessions,
    play: healthy.sdk2ReplacedOn404('legacy'),
    expected: [],
    because: 'A program that builds a new client and transport when a call fails with 404 recovers.',
  },
  {
    name: 'sdk-2-auto-on-sdk-1.32',
    serve: serveSdk132,
    play: healthy.sdk2ReplacedOn404('auto'),
    expected: [],
    because: 'The 400 to server/discover is how such a client learns that the server is of the older era.',
  },
];
