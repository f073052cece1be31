import { randomUUID } from 'node:crypto';
import { isSuccess } from '../../exchange/index.ts';
import { CHECK_IDS, eraOfCheck } from './checks.ts';
import type { Course } from './course.ts';
import { hasResult, saw } from './judges.ts';
import { sessionless, SESSIONLESS_VERSION } from './messages.ts';
import type { Answer } from './one-request.ts';
import { failed, passed, type Finding } from './report.ts';
import type { SessionSent } from './wire.ts';

/** The checks of revision 2026-07-28. */
export const SESSIONLESS_CHECKS = CHECK_IDS.filter((id) => eraOfCheck(id) === 'sessionless');

/** What a request of the era may say that is wrong. */
interface Twist {
  readonly session?: SessionSent;
  readonly version?: string;
  /** The header, where it is another than the method in the body. */
  readonly named?: string;
}

/** Sends a request of revision 2026-07-28. */
export function ask(course: Course, method: string, twist: Twist = {}): Promise<Answer> {
  const { version = SESSIONLESS_VERSION, session, named = method } = twist;
  return course.send({
    method: 'POST',
    message: sessionless(method, course.nextId(), version),
    version,
    session,
    headers: { 'mcp-method': named },
  });
}

const UNKNOWN_METHOD = 'mcp-session-exporter/unknown';

/** A revision that has not been published. */
const UNKNOWN_VERSION = '2099-01-01';

/** Walks the era without sessions, by the rules of revision 2026-07-28. */
export async function walkSessionless(course: Course, discovered: Answer): Promise<void> {
  const capabilities = discovered.reply?.result?.['capabilities'];
  const hasTools = typeof capabilities === 'object' && capabilities !== null && 'tools' in capabilities;
  const method = hasTools ? 'tools/list' : 'server/discover';
  await course.check('sessionless-request', async () => {
    const answer = await ask(course, method);
    if (!hasResult(answer)) return failed(`It was not answered with a result: ${saw(answer)}.`);
    return answer.sessionId === undefined ? passed('It was answered with a result.') : LEAKS;
  });
  await course.check('sessionless-id-ignored', async () => {
    const answer = await ask(course, method, { session: { id: randomUUID(), is: 'unknown' } });
    if (!hasResult(answer)) return failed(`A session id should be ignored: ${saw(answer)}.`);
    return answer.sessionId === undefined ? passed('It was ignored.') : LEAKS;
  });
  await course.check('sessionless-unknown-method', async () =>
    judgeRefusal(await ask(course, UNKNOWN_METHOD), 404, -32601),
  );
  await course.check('sessionless-unknown-version', async () => {
    const answer = await ask(course, method, { version: UNKNOWN_VERSION });
    return judgeRefusal(answer, 400, -32022, 'protocol-version-mismatch');
  });
  await course.check('sessionless-header-mismatch', async () =>
    judgeRefusal(await ask(course, method, { named: 'ping' }), 400, -32020),
  );
  for (const [id, httpMethod] of [
    ['sessionless-get', 'GET'],
    ['sessionless-delete', 'DELETE'],
  ] as const) {
    await course.check(id, async () =>
      judgeNotOffered(await course.send({ method: httpMethod, version: SESSIONLESS_VERSION })),
    );
  }
}

const LEAKS = failed('A session id was given, which nobody will ever use or end.', 'era-probe-leak');

function judgeRefusal(answer: Answer, status: number, code: number, ...faults: readonly string[]): Finding {
  const told = answer.reply?.error?.code;
  if (answer.status === status && told === code) return passed(`It was answered ${status} and ${code}.`);
  const instead = typeof told === 'number' ? ` with the code ${told}` : '';
  return failed(`It should be answered ${status} and ${code}: ${saw(answer)}${instead}.`, ...faults);
}

/** 405 is what a server should answer; what counts is that nothing is promised. */
function judgeNotOffered(answer: Answer): Finding {
  if (answer.status === 405) return passed('It was answered 405.');
  if (answer.status >= 400 && answer.status < 500)
    return passed(`It was refused, with ${answer.status} instead of 405.`);
  const kind = isSuccess(answer.exchange) ? 'It was accepted' : 'It should be answered 405';
  return failed(`${kind}: ${saw(answer)}.`);
}
