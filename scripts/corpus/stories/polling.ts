import type { ClientKind } from '../clients/client.ts';
import { peer, type Peer } from '../clients/peers.ts';
import { SDK_129, SDK_132, SDK_2_LEGACY } from '../clients/sdk.ts';
import { serveSdk1, type Sdk1 } from '../servers/sdk-1.ts';
import { endsStreams, furnishPolling } from '../servers/polling.ts';
import type { Story } from '../story.ts';

/** A server that ends its streams on purpose, and says when to come back (SEP-1699). */
function polled(client: ClientKind, server: Sdk1, retryMs: number): Story {
  const { version = '1.32', framework = 'express' } = server;
  return {
    group: 'polling',
    name: `${client.id}-on-${version}-${framework}-retry-${retryMs}`,
    about: `SDK ${version} on ${framework} ends listening streams after 1 s with retry: ${retryMs}; ${client.title} comes back, and works.`,
    because: 'The server said when to come back, and the client did.',
    lookAlikeOf: ['get-reopen-loop', 'sse-flap', 'sse-conflict'],
    seconds: 16,
    async play(stage) {
      const { url } = await stage.serve(() =>
        serveSdk1({ ...server, events: true, retryMs, opened: endsStreams(1000) }),
      );
      const used = await client.connect(url);
      stage.whenOver(() => used.close());
      await used.call();
      await stage.rest(6);
      await used.call();
      await stage.rest(6);
      await used.leave();
    },
  };
}

/** A long call whose stream the server ends in the middle: the client resumes, and gets the answer. */
function resumed(client: ClientKind, retryMs: number): Story {
  return {
    group: 'polling',
    name: `long-call-${client.id}-retry-${retryMs}`,
    about: `SDK 1.32.2 ends the stream of a call of 2 s in its middle; ${client.title} resumes by Last-Event-ID (SEP-1699).`,
    because: 'The call went on, and its answer came with the resumed stream.',
    lookAlikeOf: ['resume-failure', 'get-reopen-loop'],
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1({ events: true, retryMs, make: furnishPolling }));
      const used = await client.connect(url);
      stage.whenOver(() => used.close());
      await used.call(2);
      await used.call(1);
      await used.leave();
    },
  };
}

const withPeer = (story: Story, client: Peer): Story => ({ ...story, needs: [client] });
const languages = ['python-1.26.0', 'python-2.3.0-legacy', 'go-sdk', 'sdk-1.22.0'].map((id) => peer(id));

/** Servers that have their clients poll. */
export const pollingStories: readonly Story[] = [
  ...[SDK_132, SDK_129, SDK_2_LEGACY].map((client) => polled(client, {}, 500)),
  polled(SDK_132, { framework: 'fastify' }, 300),
  polled(SDK_2_LEGACY, { framework: 'node' }, 1500),
  ...languages.map((client) => withPeer(polled(client, {}, 400), client)),
  ...[SDK_132, SDK_129, SDK_2_LEGACY].map((client) => resumed(client, 300)),
  ...languages.map((client) => withPeer(resumed(client, 300), client)),
];
