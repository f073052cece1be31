import { randomUUID } from 'node:crypto';
import { serveRmcp016 } from '../../../demo/servers/rmcp-0-16.ts';
import { SDK_132 } from '../clients/sdk.ts';
import { createWire } from '../clients/wire.ts';
import type { ClientKind } from '../clients/client.ts';
import { requireToken } from '../servers/doors.ts';
import { serveProxy } from '../servers/proxy.ts';
import { answerError, serveSdk1 } from '../servers/sdk-1.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { reconnected } from './dead-answers.ts';
import { faulty, lookAlike } from './faults.ts';

const WRONG = 'dead-session-wrong-status';

const byMethod: readonly Story[] = [
  faulty(
    'status-differs-by-method',
    {
      name: 'post-404-get-400',
      about:
        'A server on SDK 1.32.2 answers a dead id 404 on POST and 400 on GET and DELETE, as punkpeye/mcp-proxy does.',
      because: 'One session, three answers; and 400 is none that tells a client to begin anew.',
      play: (stage) =>
        reconnected(
          stage,
          () =>
            serveSdk1({
              unknown: (request, response) =>
                request.method === 'POST'
                  ? answerError(response, 404, -32001, 'Session not found')
                  : void response.writeHead(400).end('No active transport'),
            }),
          { ...SDK_132, connect: connectPatiently },
        ),
    },
    [WRONG],
  ),
  lookAlike('status-differs-by-method', {
    name: 'no-streams-at-all',
    about:
      'A server on SDK 1.32.2 with JSON answers has no GET: 405 while the session lives, and when it is dead.',
    because: '405 says that the method is not there; it says nothing of the session.',
    play: (stage) =>
      reconnected(
        stage,
        () =>
          serveSdk1({
            json: true,
            before(request, response) {
              if (request.method === 'POST') return false;
              response.writeHead(405, { allow: 'POST' }).end();
              return true;
            },
          }),
        SDK_132,
      ),
  }),
];

/** Lets the stream's own timers run for three seconds before a failed call is told. */
async function connectPatiently(url: URL): ReturnType<ClientKind['connect']> {
  const client = await SDK_132.connect(url);
  return {
    ...client,
    async call(seconds) {
      const went = await client.call(seconds);
      if (!went) await new Promise((resolve) => setTimeout(resolve, 3000));
      return went;
    },
  };
}

const auth: readonly Story[] = [
  faulty(
    'auth-masks-session',
    {
      name: 'rmcp-0.16',
      about:
        'A server answers as rmcp 0.16 does: 401 "Session not found" to a good token; it opens a new session at once.',
      because:
        'The same token was refused and accepted: the session was at fault, not the login (rust-sdk#689).',
      async play(stage) {
        const headers = { authorization: `Bearer ${randomUUID()}` };
        const client: ClientKind = { ...SDK_132, connect: (url) => SDK_132.connect(url, { headers }) };
        await reconnected(stage, serveRmcp016, client);
      },
    },
    [WRONG],
  ),
  lookAlike('auth-masks-session', {
    name: 'token-really-expired',
    about:
      'A token expires; a server on SDK 1.32.2 answers 401 to the session and to a handshake, until it is refreshed.',
    because: 'The same token is refused everywhere: it was the login. The session goes on with the new one.',
    async play(stage) {
      const valid = new Set([`Bearer ${randomUUID()}`]);
      const { url } = await stage.serve(() => serveSdk1({ before: requireToken(valid) }));
      const tokens = { authorization: [...valid][0] as string };
      const wire = createWire(url, { name: 'codex-mcp-client', credential: () => tokens });
      const session = await wire.initialize();
      await wire.call(session);
      valid.clear();
      await wire.call(session);
      await wire.post('initialize');
      tokens.authorization = `Bearer ${randomUUID()}`;
      valid.add(tokens.authorization);
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
];

const foreign: readonly Story[] = [
  faulty('foreign-404-as-dead-session', {
    name: 'no-route-during-a-redeploy',
    about:
      'A reverse proxy without a route answers 404 with a page; a client of SDK 1.32.2 takes it for the end, and quits.',
    because: 'The session was alive behind the proxy; the page was none of its server (claude-code#94273).',
    vantage: 'proxy',
    play: (stage) => throughProxy(stage, false),
  }),
  lookAlike('foreign-404-as-dead-session', {
    name: 'tried-again',
    about:
      'A reverse proxy without a route answers 404 with a page; the client of SDK 1.32.2 calls again and is served.',
    because: 'The session was used again within 30 s: nobody gave it up.',
    vantage: 'proxy',
    play: (stage) => throughProxy(stage, true),
  }),
];

async function throughProxy(stage: Stage, triesAgain: boolean): Promise<void> {
  const behind = await stage.serveUnwatched(() => serveSdk1());
  let routed = true;
  const { url } = await stage.serve(() => serveProxy({ route: () => (routed ? behind.url : undefined) }));
  const client = await SDK_132.connect(url);
  stage.whenOver(() => client.close());
  await client.call();
  routed = false;
  await client.call();
  if (triesAgain) {
    await stage.rest(1);
    routed = true;
    await client.call();
    await client.leave();
  }
}

/** Answers that are taken for the death of a session, or hide it. */
export const mistakenAnswerStories: readonly Story[] = [...byMethod, ...auth, ...foreign];
