import { isSuccess, meaningOf } from '../../exchange/index.ts';
import type { CheckId } from './checks.ts';
import type { Course } from './course.ts';
import { inSession, type Handshake } from './handshake.ts';
import {
  hasResult,
  judgeAffinity,
  judgeDeadOther,
  judgeDeadPost,
  judgeDelete,
  judgeHandshake,
  judgeMalformedId,
  judgeMissingId,
  judgeRequest,
  judgeUnknownVersion,
  judgeWebPage,
  saw,
} from './judges.ts';
import { INITIALIZED } from './messages.ts';
import type { Answer } from './one-request.ts';
import { failed, notApplicable, passed, skipped, type Finding } from './report.ts';
import { unknownIdLike } from './unknown-id.ts';
import { STREAM_CHECKS, walkStreams } from './walk-streams.ts';
import type { SessionSent } from './wire.ts';

/** Connections that ask for the session: with two replicas in turn, one in a thousand such probes sees none fail. */
const CONNECTIONS = 10;

const NOT_SERVED = skipped(
  'The session was not served, or not on every connection, so this could not be told.',
);

const NO_SESSIONS = notApplicable('The server gives no session ids, so it has none to lose.');

/** Walks the life of a session behind its handshake, to its end and beyond. */
export async function walkSession(handshake: Handshake): Promise<void> {
  const { course, session } = handshake;
  const isServed = await walkRequests(handshake);
  if (!isServed) course.settle(ON_A_SESSION, NOT_SERVED);
  const offersStream = isServed && (await walkStreams(handshake));
  await walkUnknownIds(handshake, offersStream);
  if (isServed) {
    await checkVersion(handshake);
    await checkSecondClient(handshake);
  }
  await course.check('web-page', () => playWebPage(course));
  if (session === undefined) course.settle(GOODBYE, NO_SESSIONS);
  else if (isServed) await walkGoodbye(handshake, session, offersStream);
}

/** Answers whether the session is served at all, and on every connection: else nothing further can be told apart. */
async function walkRequests(handshake: Handshake): Promise<boolean> {
  const { course, session } = handshake;
  await course.check('initialized', async () => {
    const answer = await course.send(inSession(handshake, { message: INITIALIZED }));
    if (answer.status === 202) return passed('It was taken with 202.');
    return failed(`It should be taken with 202: ${saw(answer)}.`);
  });
  const first = await course.check('request', async () =>
    judgeRequest(await course.send(inSession(handshake))),
  );
  if (session === undefined) {
    course.settle(['affinity'], NO_SESSIONS);
    return first.verdict === 'passed';
  }
  const known = await course.check('affinity', async () => {
    const answers: Answer[] = [];
    while (answers.length < CONNECTIONS)
      answers.push(await course.send(inSession(handshake, { fresh: true })));
    return judgeAffinity(answers, first.verdict === 'passed');
  });
  return first.verdict === 'passed' && known.verdict === 'passed';
}

const UNKNOWN_IDS: readonly CheckId[] = [
  'missing-id',
  'unknown-id-post',
  'unknown-id-get',
  'unknown-id-delete',
  'malformed-id',
];

async function walkUnknownIds(handshake: Handshake, offersStream: boolean): Promise<void> {
  const { course, session } = handshake;
  if (session === undefined) return course.settle(UNKNOWN_IDS, NO_SESSIONS);
  await course.check('missing-id', async () =>
    judgeMissingId(await course.send(inSession(handshake, { session: undefined }))),
  );
  const unknown: SessionSent = { id: unknownIdLike(session.id), is: 'unknown' };
  // Whether DELETE is offered is not known yet.
  await walkDead(handshake, unknown, UNKNOWN_IDS.slice(1, 4), { GET: offersStream, DELETE: false });
  await course.check('malformed-id', async () => {
    const malformed: SessionSent = { id: 'not a session id', is: 'malformed' };
    return judgeMalformedId(await course.send(inSession(handshake, { session: malformed })));
  });
}

async function checkVersion(handshake: Handshake): Promise<void> {
  const { course, version } = handshake;
  if (version < '2025-06-18')
    return course.settle(['unknown-version'], notApplicable(`Revision ${version} has no such header.`));
  await course.check('unknown-version', async () =>
    judgeUnknownVersion(await course.send(inSession(handshake, { version: '1900-01-01' }))),
  );
}

/** Asks with the id of no live session by every method; `ids` are the checks of POST, GET and DELETE. */
async function walkDead(
  handshake: Handshake,
  session: SessionSent,
  ids: readonly CheckId[],
  offered: { readonly GET: boolean; readonly DELETE: boolean },
): Promise<void> {
  const { course } = handshake;
  const [ofPost, ofGet, ofDelete] = ids as [CheckId, CheckId, CheckId];
  let post: Answer | undefined;
  await course.check(ofPost, async () => {
    post = await course.send(inSession(handshake, { session }));
    return judgeDeadPost(post);
  });
  for (const [id, method] of [
    [ofGet, 'GET'],
    [ofDelete, 'DELETE'],
  ] as const) {
    await course.check(id, async () => {
      const answer = await course.send(inSession(handshake, { session, method }));
      return judgeDeadOther(answer, post, offered[method]);
    });
  }
}

async function checkSecondClient(handshake: Handshake): Promise<void> {
  const { course, session } = handshake;
  await course.check('second-client', async () => {
    const answer = await course.greet();
    const found = judgeHandshake(answer);
    if (found.verdict !== 'passed' || session === undefined) return found;
    if (answer.sessionId === session.id)
      return failed('A second client was given the session of the first.', 'cross-principal-session');
    const first = await course.send(inSession(handshake));
    if (hasResult(first)) return passed('It got a session of its own, and the first lived on.');
    return failed(`The second client took the place of the first: ${saw(first)}.`, 'single-session-server');
  });
}

async function playWebPage(course: Course): Promise<Finding> {
  const { origin } = course.manners;
  const preflight = await course.send({
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,mcp-protocol-version,mcp-session-id',
    },
  });
  const answer = await course.greet({ origin });
  if (meaningOf(answer.exchange) === 'already-initialized')
    return skipped('There was no place for a further session.');
  return judgeWebPage(preflight, answer);
}

const ENDED_IDS: readonly CheckId[] = ['ended-id-post', 'ended-id-get', 'ended-id-delete'];
const GOODBYE: readonly CheckId[] = ['delete', ...ENDED_IDS, 'initialize-again'];

/** What needs a session that is served. */
const ON_A_SESSION: readonly CheckId[] = [...STREAM_CHECKS, 'unknown-version', 'second-client', ...GOODBYE];

async function walkGoodbye(handshake: Handshake, session: SessionSent, offersStream: boolean): Promise<void> {
  const { course } = handshake;
  let [isEnded, isOffered] = [false, true];
  await course.check('delete', async () => {
    const answer = await course.send(inSession(handshake, { method: 'DELETE' }));
    isEnded = isSuccess(answer.exchange);
    isOffered = answer.status !== 405;
    return judgeDelete(answer);
  });
  if (!isEnded) {
    const words = 'No session could be ended';
    const left = [...ENDED_IDS, 'initialize-again'] as const;
    return course.settle(
      left,
      isOffered ? skipped(`${words}.`) : notApplicable(`${words}: DELETE is not offered.`),
    );
  }
  await walkDead(handshake, { id: session.id, is: 'ended' }, ENDED_IDS, { GET: offersStream, DELETE: true });
  if (course.checks.get('ended-id-post')?.verdict === 'passed') course.ended(session);
  await course.check('initialize-again', async () => {
    const answer = await course.greet();
    if (hasResult(answer)) return passed('A new session was begun.');
    return failed(
      `Since the session was ended no other can be begun: ${saw(answer)}.`,
      ...(judgeHandshake(answer).faults.length > 0
        ? judgeHandshake(answer).faults
        : ['single-session-server']),
    );
  });
}
