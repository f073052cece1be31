import { isInitialize, opensSession, type Exchange, type Meaning } from '../exchange/index.ts';
import { NO_ODDITIES, type Oddities, type OddityKind } from './oddity.ts';
import { stepOf } from './step.ts';

type Test = (exchange: Exchange, meaning: Meaning) => boolean;

const TESTS: readonly (readonly [OddityKind, Test])[] = [
  // Some servers refuse with an error inside a 2xx.
  ['capacity', (exchange) => isInitialize(exchange) && exchange.bodyClass === 'capacity'],
  [
    'already-initialized',
    (exchange, meaning) =>
      isInitialize(exchange) && meaning === 'already-initialized' && exchange.sessionSent === undefined,
  ],
  [
    'delete-unsupported',
    ({ httpMethod, status, era }) => httpMethod === 'DELETE' && status === 405 && era === 'sessionful',
  ],
  [
    'discover-refused',
    ({ rpcMethods, status }, meaning) =>
      rpcMethods[0] === 'server/discover' && (status === 0 || status >= 400) && meaning !== 'auth',
  ],
  [
    'hidden-id',
    (exchange) =>
      opensSession(exchange) &&
      exchange.sessionGiven !== undefined &&
      exchange.fromBrowser &&
      !exchange.exposesSession,
  ],
  [
    'leaked-id',
    (exchange) =>
      exchange.sessionGiven !== undefined &&
      exchange.sessionSent === undefined &&
      exchange.transport !== 'http-sse' &&
      !isInitialize(exchange),
  ],
  [
    'overload',
    ({ sessionSent, status }, meaning) =>
      sessionSent !== undefined &&
      (meaning === 'capacity' ? status >= 400 : status === 429 || status === 503),
  ],
  ['unauthorized', ({ status }, meaning) => status === 401 && meaning === 'auth'],
  [
    'version-refused',
    (exchange, meaning) => isInitialize(exchange) && meaning === 'version' && exchange.era === 'sessionful',
  ],
];

/** What is odd about an exchange of a client, whichever session it is about. */
export function oddOfClient(exchange: Exchange, meaning: Meaning): Oddities {
  if (isOrdinary(exchange)) return NO_ODDITIES;
  let odd: Oddities = NO_ODDITIES;
  for (const [kind, test] of TESTS) {
    if (!test(exchange, meaning)) continue;
    odd = [...odd, { kind, at: exchange.endedAt, session: exchange.sessionGiven, step: stepOf(exchange) }];
  }
  return odd;
}

/** The bulk of all traffic: a request of a session, served. */
function isOrdinary({ status, sessionSent, bodyClass }: Exchange): boolean {
  return status >= 200 && status < 400 && sessionSent !== undefined && bodyClass === 'none';
}
