import { setTimeout as sleep } from 'node:timers/promises';
import { meaningOf } from '../../exchange/index.ts';
import type { CheckId } from './checks.ts';
import { inSession, type Handshake } from './handshake.ts';
import { hasResult, isStream, judgeStreamHead, saw, seconds } from './judges.ts';
import type { Opened } from './one-request.ts';
import { failed, notApplicable, passed, skipped, type Finding } from './report.ts';

/** What a stream brings in so short a time is its beginning, and one that ends within it was not meant to be held. */
const SETTLED_MS = 500;

/** Servers that keep streams alive write every 15 to 25 s: one that is silent for less proves nothing. */
const KEEP_ALIVE_MS = 20_000;

/** Clients come back a second after they lost a stream: the first delay of the TypeScript SDK. */
const REOPEN_AFTER_MS = 1000;

const LOOK_EVERY_MS = 100;

const SHARED: readonly CheckId[] = ['second-stream', 'stream-reopen'];

/** The checks of streams. */
export const STREAM_CHECKS: readonly CheckId[] = ['get-stream', 'keep-alive', ...SHARED];

/** Opens the stream to listen, holds it, and opens it again. Answers whether the server offers one. */
export async function walkStreams(handshake: Handshake): Promise<boolean> {
  const { course, session } = handshake;
  const opened: Opened[] = [];
  const open = async (): Promise<Opened> => {
    const stream = await course.open(inSession(handshake, { method: 'GET' }));
    opened.push(stream);
    return stream;
  };
  let [isOffered, isHeld] = [true, false];
  await course.check('get-stream', async () => {
    const stream = await open();
    const endedAfterMs = await endOf(stream);
    const answer = course.glance(stream);
    isOffered = answer.status !== 405;
    isHeld = isStream(answer) && endedAfterMs === undefined;
    return judgeStreamHead(answer, endedAfterMs);
  });
  if (isHeld) {
    await course.check('keep-alive', () => {
      // What comes after it wants time too.
      const ms = Math.min(course.manners.holdMs, course.left() / 2);
      return hold(opened[0] as Opened, ms);
    });
    if (session === undefined)
      course.settle(SHARED, notApplicable('There is no session that holds a stream.'));
    else await walkFurtherStreams(handshake, open, opened);
  } else {
    const nothing = isOffered
      ? skipped('No stream could be held.')
      : notApplicable('The server offers no stream to listen to.');
    course.settle(['keep-alive', ...SHARED], nothing);
  }
  for (const stream of opened) stream.close();
  return isOffered;
}

/** When a stream ended that has just been opened; nothing when it did not. */
async function endOf(stream: Opened): Promise<number | undefined> {
  const startedAt = performance.now();
  while (!stream.isOver() && performance.now() - startedAt < SETTLED_MS) await sleep(LOOK_EVERY_MS);
  return stream.isOver() ? performance.now() - startedAt : undefined;
}

/** Holds a stream until it brings something. */
async function hold(stream: Opened, ms: number): Promise<Finding> {
  const [startedAt, before] = [performance.now(), stream.bytes()];
  const held = (): number => performance.now() - startedAt;
  while (held() < ms && stream.bytes() === before && !stream.isOver()) await sleep(LOOK_EVERY_MS);
  if (stream.isOver() && stream.soFar().exchange.stream?.retryHint === true)
    return passed(`The server ended it after ${seconds(held())} with a hint when to come back.`);
  if (stream.isOver()) return failed(`The silent stream was cut after ${seconds(held())}.`, 'sse-flap');
  if (stream.bytes() > before) return passed(`Something came after ${seconds(held())}.`);
  if (ms >= KEEP_ALIVE_MS)
    return failed(
      `Nothing came in ${seconds(ms)}: what stands between will cut the stream, most often after 30 or 60 s.`,
      'sse-flap',
    );
  return skipped(
    `Nothing came in ${seconds(ms)}, which proves nothing: servers write every 15 to 25 s. Hold the stream for 20 s or longer to see it.`,
  );
}

async function walkFurtherStreams(
  handshake: Handshake,
  open: () => Promise<Opened>,
  opened: readonly Opened[],
): Promise<void> {
  const { course } = handshake;
  await course.check('second-stream', async () => {
    const { status } = course.glance(await open());
    const after = await course.send(inSession(handshake));
    if (hasResult(after)) return passed(`The second GET was answered ${status}, and the session went on.`);
    return failed(`After a second GET (${status}) the session is of no use: ${saw(after)}.`, 'sse-conflict');
  });
  await course.check('stream-reopen', async () => {
    for (const stream of opened) stream.close();
    await sleep(Math.min(REOPEN_AFTER_MS, course.left()));
    const answer = course.glance(await open());
    if (isStream(answer)) return passed('It was opened again.');
    const taken = answer.status === 409 || meaningOf(answer.exchange) === 'sse-conflict';
    const words = `A second after its client had left it could not be opened again: ${saw(answer)}.`;
    return taken ? failed(words, 'sse-conflict') : failed(words);
  });
}
