import { randomUUID } from 'node:crypto';
import { SDK_2_AUTO } from '../clients/sdk.ts';
import { createWire, type Introduction } from '../clients/wire.ts';
import { answerError, serveSdk1, type Sdk1 } from '../servers/sdk-1.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { faulty, lookAlike } from './faults.ts';

const FROM_2025: Introduction = { name: 'corpus-program', revision: '2025-11-25' };

const versions: readonly Story[] = [
  faulty('protocol-version-mismatch', {
    name: 'header-of-another-revision',
    about:
      'A client settles on 2025-11-25 with SDK 1.32.2, and names 2025-03-26 in the header of its requests.',
    because: 'The header must name the revision that was settled.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, FROM_2025);
      const session = await wire.initialize();
      await wire.post('tools/list', { session, headers: { 'mcp-protocol-version': '2025-03-26' } });
      await wire.send('DELETE', { session });
    },
  }),
  faulty('protocol-version-mismatch', {
    name: 'refused-revision',
    about:
      'A client names a revision that SDK 1.32.2 does not know in the header of its requests, and is refused 400.',
    because: 'Client and server do not agree after the handshake (xiaohongshu-mcp#697).',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, FROM_2025);
      const session = await wire.initialize();
      await wire.post('tools/list', { session, headers: { 'mcp-protocol-version': '2024-01-01' } });
      await wire.send('DELETE', { session });
    },
  }),
  lookAlike('protocol-version-mismatch', {
    name: 'settled-on-an-older-one',
    about:
      'A client asks SDK 1.32.2 for a revision it does not know, is offered 2025-11-25, and goes on with that.',
    because: 'This is how a revision is settled.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'corpus-program', revision: '2026-07-28' });
      const session = await wire.initialize();
      await wire.list(session);
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
];

const probes: readonly Story[] = [
  faulty('era-probe-failure', {
    name: 'six-seconds-to-refuse',
    about:
      'A server on SDK 1.32.2 takes six seconds to refuse server/discover of TypeScript SDK 2.4.0 (slicc#3350).',
    because: 'People take a connect of more than five seconds for a failure.',
    play: (stage) => slowProbe(stage, 6),
  }),
  faulty('era-probe-failure', {
    name: 'no-way-back',
    about:
      'A client asks SDK 1.32.2 for server/discover, is refused 400, and asks again for 14 s (slicc#3001).',
    because: 'Any answer that is no modern error means: fall back to initialize.',
    seconds: 16,
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, {
        name: 'corpus-program',
        headers: { 'mcp-protocol-version': '2026-07-28' },
      });
      for (let round = 0; round < 8; round++) {
        await wire.post('server/discover', { headers: { 'mcp-method': 'server/discover' } });
        await stage.rest(2);
      }
    },
  }),
  lookAlike('era-probe-failure', {
    name: 'two-seconds-to-refuse',
    about:
      'A server on SDK 1.32.2 takes two seconds to refuse server/discover of TypeScript SDK 2.4.0, which falls back.',
    because: 'A refused probe is how a client learns that the server is of the older era.',
    play: (stage) => slowProbe(stage, 2),
  }),
  faulty('era-probe-leak', {
    name: 'id-with-the-refusal',
    about:
      'A server on SDK 1.32.2 refuses server/discover and gives a session id with it, as Python 1.28.1 did (serena#1776).',
    because: 'Only the answer to initialize gives an id.',
    play: (stage) => refusedProbe(stage, { 'mcp-session-id': randomUUID() }),
  }),
  lookAlike('era-probe-leak', {
    name: 'refused-without-id',
    about:
      'A server on SDK 1.32.2 refuses server/discover of TypeScript SDK 2.4.0, which falls back and is given an id then.',
    because: 'The id came with initialize.',
    play: (stage) => refusedProbe(stage, {}),
  }),
];

function isProbe(request: { headers: Record<string, unknown> }): boolean {
  return request.headers['mcp-method'] === 'server/discover';
}

async function worked(stage: Stage, of: Sdk1): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1(of));
  const client = await SDK_2_AUTO.connect(url);
  await client.call();
  await client.leave();
}

function slowProbe(stage: Stage, seconds: number): Promise<void> {
  return worked(stage, {
    before(request, response) {
      if (!isProbe(request)) return false;
      setTimeout(
        () => answerError(response, 400, -32000, 'Bad Request: No valid session ID provided'),
        seconds * 1000,
      );
      return true;
    },
  });
}

function refusedProbe(stage: Stage, headers: Record<string, string>): Promise<void> {
  return worked(stage, {
    before(request, response) {
      if (!isProbe(request)) return false;
      answerError(response, 400, -32000, 'Bad Request: Server not initialized', headers);
      return true;
    },
  });
}

const resumes: readonly Story[] = [
  faulty('resume-failure', {
    name: 'event-store-forgets',
    about:
      'SDK 1.32.2 gives event ids from a store that forgets; a client whose stream broke resumes, and is refused 400.',
    because: 'Who gives event ids must be able to resume from them.',
    play: (stage) => resumed(stage, true),
  }),
  lookAlike('resume-failure', {
    name: 'resumed',
    about:
      'SDK 1.32.2 gives event ids; a client whose stream broke under a call resumes, and is given its answer.',
    because: 'The stream was resumed.',
    play: (stage) => resumed(stage, false),
  }),
];

/** A call whose stream the client loses, and takes up again from the first event it saw. */
async function resumed(stage: Stage, forgets: boolean): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1({ events: true, forgets, retryMs: 500 }));
  const wire = createWire(url, FROM_2025);
  const session = await wire.initialize();
  const lastEventId = await wire.firstEventOf('tools/call', {
    session,
    params: { name: 'report', arguments: { seconds: 1 } },
  });
  await stage.rest(0.5);
  await wire.send('GET', { session, headers: { 'last-event-id': lastEventId } });
  await stage.rest(1.5);
  await wire.call(session);
  wire.hangUp();
  await wire.send('DELETE', { session });
}

/** What client and server must agree on: revision, era, and where a stream goes on. */
export const agreementStories: readonly Story[] = [...versions, ...probes, ...resumes];
