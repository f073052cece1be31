import { httpMethodOf, mainMethodOf, meaningOf } from '../../exchange/index.ts';
import { CHECKS, type CheckId } from './checks.ts';
import { obstacleIn } from './judges.ts';
import { initialize } from './messages.ts';
import type { Answer, Opened } from './one-request.ts';
import { skipped, type Check, type Finding, type ProbeExchange } from './report.ts';
import type { Ask, SessionSent, Wire } from './wire.ts';

/** What a probe goes by. */
export interface Manners {
  /** For how long the stream is held, in ms. */
  readonly holdMs: number;
  /** The page that is played, as its `Origin`. */
  readonly origin: string;
}

/** One probe under way: it sends, writes down what was found, and knows which sessions it has begun. */
export interface Course {
  readonly manners: Manners;
  /** The checks that were done, by id. */
  readonly checks: ReadonlyMap<CheckId, Check>;
  /** Does a check: what is sent while `find` runs is what shows it. */
  check(id: CheckId, find: () => Promise<Finding>): Promise<Finding>;
  /** Writes down a finding for which nothing was sent. */
  settle(ids: readonly CheckId[], finding: Finding): void;
  send(ask: Ask): Promise<Answer>;
  /** Opens a stream; nothing is taken down of it but by `glance`. */
  open(ask: Ask): Promise<Opened>;
  /** Takes down what is known of an answer that may not be over. */
  glance(opened: Opened): Answer;
  /** Sends a handshake without a session id. */
  greet(headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Milliseconds that are left for the whole probe. */
  left(): number;
  /** A new id for a JSON-RPC request. */
  nextId(): number;
  /** The session is over: it need not be ended at the end. */
  ended(session: SessionSent): void;
  /** Ends every session that the server has given and that is not over. */
  cleanUp(): Promise<void>;
}

/** Sessions that are ended at the end: as many as a probe can begin, and some for a server that gives ids at random. */
const MOST_ENDED = 16;

const CLEAN_UP_MS = 3000;

/** Makes a {@link Course} over a wire. */
export function createCourse(wire: Wire, manners: Manners): Course {
  const checks = new Map<CheckId, Check>();
  const given = new Set<string>();
  let answers: Answer[] = [];
  let lastId = 0;

  function taken(answer: Answer): Answer {
    answers.push(answer);
    if (answer.sessionId !== undefined) given.add(answer.sessionId);
    return answer;
  }

  function write(id: CheckId, finding: Finding, durationMs: number): void {
    const exchanges = exchangesOf(answers);
    checks.set(id, { id, title: CHECKS[id].title, ...finding, exchanges, durationMs });
  }

  const course: Course = {
    manners,
    checks,
    async check(id, find) {
      const startedAt = performance.now();
      answers = [];
      const found = wire.left() === 0 ? OUT_OF_TIME : await find();
      const finding = obstacleOf(answers) ?? found;
      write(id, finding, performance.now() - startedAt);
      return finding;
    },
    settle(ids, finding) {
      answers = [];
      for (const id of ids) write(id, finding, 0);
    },
    send: async (ask) => taken(await wire.send(ask)),
    open: (ask) => wire.open(ask),
    glance: (opened) => taken(opened.soFar()),
    greet: (headers) =>
      course.send({
        method: 'POST',
        message: initialize(course.nextId()),
        fresh: true,
        ...(headers === undefined ? undefined : { headers }),
      }),
    left: () => wire.left(),
    nextId: () => ++lastId,
    ended: ({ id }) => void given.delete(id),
    async cleanUp() {
      const left = [...given].slice(0, MOST_ENDED);
      wire.extend(CLEAN_UP_MS, left.length);
      await Promise.all(
        left.map((id) => wire.send({ method: 'DELETE', session: { id, is: 'another of its own' } })),
      );
    },
  };
  return course;
}

const OUT_OF_TIME = skipped('The probe had no time or no requests left for it.');

function obstacleOf(answers: readonly Answer[]): Finding | undefined {
  if (answers.some(({ failure }) => failure === 'spent')) return OUT_OF_TIME;
  return answers.map(obstacleIn).find((finding) => finding !== undefined);
}

/** What may be told of each exchange; those that follow one another and are alike are told as one. */
function exchangesOf(answers: readonly Answer[]): ProbeExchange[] {
  const told: ProbeExchange[] = [];
  for (const answer of answers) {
    const next = exchangeOf(answer);
    const last = told.at(-1);
    if (last === undefined || !isAlike(last, next)) told.push(next);
    else
      told[told.length - 1] = {
        ...last,
        times: last.times + 1,
        durationMs: last.durationMs + next.durationMs,
      };
  }
  return told;
}

function exchangeOf({ exchange, idSent, sessionId }: Answer): ProbeExchange {
  return {
    httpMethod: httpMethodOf(exchange.httpMethod),
    rpcMethod: mainMethodOf(exchange),
    idSent,
    status: exchange.status,
    meaning: meaningOf(exchange),
    gaveId: sessionId !== undefined,
    times: 1,
    durationMs: exchange.endedAt - exchange.startedAt,
  };
}

function isAlike(one: ProbeExchange, other: ProbeExchange): boolean {
  return (
    one.httpMethod === other.httpMethod &&
    one.rpcMethod === other.rpcMethod &&
    one.idSent === other.idSent &&
    one.status === other.status &&
    one.meaning === other.meaning &&
    one.gaveId === other.gaveId
  );
}
