import { isSuccess, meaningOf } from '../../exchange/index.ts';
import type { Answer } from './one-request.ts';
import { failed, notApplicable, passed, skipped, type Finding } from './report.ts';

/** Whether a request was answered with a result. */
export function hasResult(answer: Answer): boolean {
  return isSuccess(answer.exchange) && answer.reply?.result !== undefined;
}

/** Whether an answer opened a stream of events. */
export function isStream(answer: Answer): boolean {
  return answer.exchange.stream !== undefined;
}

/** What came back, as the end of a sentence. No text of the server is in it: it may quote a credential. */
export function saw(answer: Answer): string {
  const { status, failure, errorCode, reply, exchange } = answer;
  if (status === 0) {
    if (failure === 'connection')
      return `the connection failed${errorCode === undefined ? '' : ` (${errorCode})`}`;
    return 'no answer came in time';
  }
  if (isRedirect(answer)) return `the answer was ${status}, a redirect, which is not followed`;
  if (failure !== undefined) return `the answer was ${status}, and never came to its end`;
  if (isSuccess(exchange) && reply?.error !== undefined)
    return `the answer was ${status} with a JSON-RPC error inside`;
  const meaning = meaningOf(exchange);
  return `the answer was ${status}${meaning === 'ok' || meaning === 'other' ? '' : ` (${meaning})`}`;
}

function isRedirect({ status }: Answer): boolean {
  return status >= 300 && status < 400;
}

/** What a limit of rate stands in the way of is not seen; nothing for any other answer. */
export function obstacleIn({ status, exchange }: Answer): Finding | undefined {
  if (status !== 429 || meaningOf(exchange) === 'capacity') return undefined;
  return skipped('The server limits the rate of requests (429), so this was not seen.');
}

/** Judges a handshake without a session id. */
export function judgeHandshake(answer: Answer): Finding {
  if (hasResult(answer)) {
    return passed(
      answer.sessionId === undefined
        ? 'The handshake succeeded and gave no session id: the server keeps no sessions.'
        : 'The handshake succeeded and gave a session id.',
    );
  }
  const meaning = meaningOf(answer.exchange);
  if (meaning === 'already-initialized')
    return failed(
      `A handshake without a session id was refused with ${answer.status}: the server was initialized before, and has one place only.`,
      'single-session-server',
    );
  if (meaning === 'capacity')
    return failed(
      `The handshake was refused with ${answer.status}: the server has no place left for a session.`,
      'session-cap-exhausted',
    );
  if (meaning === 'version')
    return failed(
      `The handshake was refused for its protocol version with ${answer.status}, instead of being answered with one that the server speaks.`,
      'protocol-version-mismatch',
    );
  return failed(`The handshake did not succeed: ${saw(answer)}.`);
}

/** Judges `server/discover`, with which clients of both eras begin: a result, or a refusal at once, is right. */
export function judgeDiscover(answer: Answer, slowMs: number): Finding {
  const { status, sessionId, exchange } = answer;
  if (sessionId !== undefined)
    return failed(
      'server/discover was answered with a session id, which nobody will ever use or end.',
      'era-probe-leak',
    );
  const took = exchange.endedAt - exchange.startedAt;
  if (took >= slowMs || status === 0 || (status < 400 && answer.reply === undefined))
    return failed(
      `A client that begins with server/discover is not told what to do: ${saw(answer)}, after ${seconds(took)}.`,
      'era-probe-failure',
    );
  if (hasResult(answer)) return passed('The server speaks revision 2026-07-28, which has no sessions.');
  return passed(`It was refused at once (${status}), so a client goes on with initialize.`);
}

/** How a duration is told. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Judges a request with the live session of the probe. */
export function judgeRequest(answer: Answer): Finding {
  if (hasResult(answer)) return passed('The request was answered with a result.');
  return failed(`The request was not answered with a result: ${saw(answer)}.`);
}

/** Judges requests of one session that came over connections of their own, after one that was `served` or not. */
export function judgeAffinity(answers: readonly Answer[], served: boolean): Finding {
  const refused = answers.filter((answer) => !hasResult(answer));
  const [first] = refused;
  if (first === undefined && served)
    return passed(`${answers.length} of ${answers.length} new connections found the session.`);
  const words =
    first === undefined
      ? 'New connections found the session that another had not found.'
      : `${refused.length} of ${answers.length} requests on new connections failed: ${saw(first)}.`;
  const isDead = first === undefined || refused.some((answer) => isUnknownTo(answer));
  if (!isDead) return failed(words);
  if (!served && refused.length === answers.length)
    return failed(`${words} The session was dead as soon as it was issued.`, 'premature-eviction');
  return failed(`${words} Not every replica knows the session.`, 'lost-affinity');
}

function isUnknownTo({ exchange }: Answer): boolean {
  const meaning = meaningOf(exchange);
  return meaning === 'session-dead' || meaning === 'session-missing';
}

/** Judges a request without a session id, at a server that issues them. */
export function judgeMissingId(answer: Answer): Finding {
  const { status } = answer;
  if (status === 400) return passed('It was refused with 400.');
  if (status === 401 || status === 403)
    return failed(
      `It was refused with ${status}, though the same credentials serve a session: clients will ask their users to log in.`,
      'auth-masks-session',
    );
  if (hasResult(answer))
    return failed('It was answered as if the session did not matter.', 'dead-session-accepted');
  return failed(`It should be refused with 400: ${saw(answer)}.`);
}

/** Judges a malformed session id. */
export function judgeMalformedId(answer: Answer): Finding {
  const { status } = answer;
  if (status === 400 || status === 404) return passed(`It was refused with ${status}.`);
  if (isSuccess(answer.exchange))
    return failed(
      `It was accepted: ${saw(answer)}.`,
      hasResult(answer) ? 'dead-session-accepted' : 'dead-session-masked-2xx',
    );
  if (status < 400) return failed(`It should be refused with 400 or 404: ${saw(answer)}.`);
  return failed(`It should be refused with 400 or 404: ${saw(answer)}.`, ...faultsOfWrongStatus(status));
}

/** Judges an unknown version in the header of a request that is sound else. */
export function judgeUnknownVersion(answer: Answer): Finding {
  if (answer.status === 400) return passed('It was refused with 400.');
  const words = isSuccess(answer.exchange) ? 'It was accepted' : 'It should be refused with 400';
  return failed(`${words}: ${saw(answer)}.`, 'protocol-version-mismatch');
}

/** Judges a POST with the id of no live session. */
export function judgeDeadPost(answer: Answer): Finding {
  const { status, exchange } = answer;
  if (status === 404) return passed('It was answered 404, so a client knows that it must begin anew.');
  if (isSuccess(exchange)) return judgeAccepted(answer);
  if (isTaken(answer))
    return failed(`It should be answered 404, and was not refused: ${saw(answer)}.`, 'dead-session-accepted');
  if (status < 400) return failed(`It should be answered 404: ${saw(answer)}.`);
  return failed(`It should be answered 404: ${saw(answer)}.`, ...faultsOfWrongStatus(status));
}

/** A server that leaves a request unanswered has not refused it: transports that were closed let them hang. */
function isTaken({ exchange, failure }: Answer): boolean {
  return isSuccess(exchange) || (exchange.status === 0 && failure === 'timeout');
}

function judgeAccepted(answer: Answer): Finding {
  const renewed = answer.sessionId !== undefined && answer.idSent !== 'none' && hasResult(answer);
  if (renewed && answer.exchange.sessionGiven !== answer.exchange.sessionSent)
    return passed('The server began a new session in its place, and gave the new id.');
  if (answer.reply?.error !== undefined || answer.status === 202)
    return failed(`It should be answered 404: ${saw(answer)}.`, 'dead-session-masked-2xx');
  return failed(`It should be answered 404, and was accepted: ${saw(answer)}.`, 'dead-session-accepted');
}

/** What clients meet that are told of a death with another status than 404. */
function faultsOfWrongStatus(status: number): string[] {
  return status === 401 || status === 403
    ? ['dead-session-wrong-status', 'auth-masks-session']
    : ['dead-session-wrong-status'];
}

/**
 * Judges a GET or DELETE with the id of no live session, beside what POST was answered. 405 is right where the
 * method is not offered at all.
 */
export function judgeDeadOther(answer: Answer, post: Answer | undefined, isOffered: boolean): Finding {
  const { status } = answer;
  if (status === 404) return passed('It was answered 404.');
  if (status === 405 && !isOffered) return passed('It was answered 405: the method is not offered here.');
  const faults = new Set(faultsOfDeadOther(answer, post));
  if (post !== undefined && post.status !== status && post.status !== 0)
    faults.add('status-differs-by-method');
  return failed(`It should be answered 404: ${saw(answer)}.`, ...faults);
}

function faultsOfDeadOther(answer: Answer, post: Answer | undefined): string[] {
  const { status, exchange, reply } = answer;
  if (!isTaken(answer)) return status >= 400 ? faultsOfWrongStatus(status) : [];
  if (reply?.error !== undefined) return ['dead-session-masked-2xx'];
  // A DELETE of what is gone may be taken for done; beside a POST that is taken as well it is not.
  const isZombie = exchange.httpMethod === 'GET' || (post !== undefined && isTaken(post));
  return isZombie ? ['dead-session-accepted'] : [];
}

/** Judges the head of a stream that was asked for with the live session. */
export function judgeStreamHead(answer: Answer, endedAfterMs: number | undefined): Finding {
  const { status, exchange } = answer;
  if (status === 405) return passed('It was answered 405: the server offers no stream to listen to.');
  if (isStream(answer)) {
    if (endedAfterMs === undefined) return passed('It opened an event stream.');
    if (exchange.stream?.retryHint === true)
      return passed(
        `It opened an event stream, and ended it after ${seconds(endedAfterMs)} with a hint when to come back.`,
      );
    return failed(
      `The server ended the stream after ${seconds(endedAfterMs)} and told no time to come back: clients open it again at once, for ever.`,
      'get-reopen-loop',
    );
  }
  if (isSuccess(exchange))
    return failed(
      `It was answered ${status} with something that is no event stream: clients ask again, for ever.`,
      'get-reopen-loop',
    );
  if (status === 404)
    return failed(
      'It was answered 404, though the session is live: clients take it for dead. A server without such a stream answers 405.',
      'foreign-404-as-dead-session',
    );
  return failed(`It should open an event stream or be answered 405: ${saw(answer)}.`);
}

/** Judges DELETE with the live session. */
export function judgeDelete(answer: Answer): Finding {
  if (isSuccess(answer.exchange)) return passed(`It was answered ${answer.status}.`);
  if (answer.status === 405)
    return passed('It was answered 405, which is allowed: the server must end idle sessions by itself.');
  return failed(`The live session could not be ended: ${saw(answer)}.`, 'delete-ineffective');
}

/** Judges the handshake of a web page: the id must be exposed to it, and the header must be allowed to it. */
export function judgeWebPage(preflight: Answer, answer: Answer): Finding {
  if (answer.status === 403) return passed('The origin was refused with 403.');
  if (!hasResult(answer)) return skipped(`The handshake with an Origin did not succeed: ${saw(answer)}.`);
  if (answer.header('access-control-allow-origin') === undefined)
    return notApplicable(
      'The server answers without CORS headers: it is not for web pages of other origins.',
    );
  if (answer.sessionId === undefined) return notApplicable('The server gives no session ids.');
  if (!answer.exchange.exposesSession)
    return failed(
      'The session id is given to web pages that may not read it: Access-Control-Expose-Headers does not name Mcp-Session-Id.',
      'session-header-stripped',
    );
  if (isSuccess(preflight.exchange) && allowsSession(preflight))
    return passed('The id is exposed, and may be sent back.');
  return failed(
    `A web page may read the session id and not send it back: the preflight does not allow Mcp-Session-Id (${saw(preflight)}).`,
    'session-header-stripped',
  );
}

function allowsSession({ header }: Answer): boolean {
  const names = (header('access-control-allow-headers') ?? '').toLowerCase().split(',');
  return names.some((name) => ['mcp-session-id', '*'].includes(name.trim()));
}
