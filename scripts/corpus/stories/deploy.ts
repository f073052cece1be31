import { randomUUID } from 'node:crypto';
import type { ClientKind } from '../clients/client.ts';
import { peer } from '../clients/peers.ts';
import { SDK_129, SDK_132, SDK_2_AUTO, SDK_2_LEGACY } from '../clients/sdk.ts';
import { correctClient } from '../clients/wire.ts';
import { startProcess, type ServerProcess } from '../processes.ts';
import { serveProxy } from '../servers/proxy.ts';
import { SERVERS } from '../servers/kinds.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { faulty } from './faults.ts';

type Kind = keyof typeof SERVERS;

const CORRECT = correctClient({ name: 'corpus-correct' });
const languages = (...ids: string[]) => ids.map((id) => peer(id));

/** A process ends, and another takes its place: its watch begins with it, and knows nothing of what was before. */
function inPlace(kind: Kind, client: ClientKind, signal: 'SIGTERM' | 'SIGKILL'): Story {
  const how = signal === 'SIGTERM' ? 'ends' : 'is killed';
  return {
    group: 'deploy',
    name: `in-place-${signal.toLowerCase()}-${client.id}-on-${SERVERS[kind].id}`,
    about: `${SERVERS[kind].title} ${how} and is started anew; a program on ${client.title} begins a new session.`,
    because: 'The new process answers 404 to an id of the old one, and the program initializes.',
    lookAlikeOf: ['restart-amnesia', 'client-no-reinit'],
    async play(stage) {
      const key = randomUUID();
      const old = await startProcess(stage, { kind, key });
      const first = await client.connect(old.url);
      stage.whenOver(() => first.close());
      await first.list();
      await first.call();
      await stage.rest(1.2);
      await old.stop(signal);
      const next = await startProcess(stage, { kind, key, port: old.port });
      await stage.rest(0.2);
      await goOn(client, next.url, first, stage);
    },
  };
}

/** Two replicas behind a proxy that keeps sessions where they are; the old one drains while the new one takes over. */
function rolling(kind: Kind, client: ClientKind, staysOn: boolean): Story {
  return {
    group: 'deploy',
    name: `rolling-${staysOn ? 'left-over' : 'drained'}-${client.id}-on-${SERVERS[kind].id}`,
    about: staysOn
      ? `A replica of ${SERVERS[kind].title} drains for 2 s and ends; a session of ${client.title} is left over, and begins anew.`
      : `A replica of ${SERVERS[kind].title} drains for 3 s; the session of ${client.title} ends in time, and a new one goes to the next.`,
    because: staysOn
      ? 'One session met the end of the drain: 404, and a new handshake.'
      : 'Nothing was lost.',
    lookAlikeOf: ['restart-amnesia', 'lost-affinity', 'session-cap-exhausted'],
    async play(stage) {
      const { url, old, switchOver } = await replicas(stage, kind, staysOn ? 2 : 3);
      const first = await client.connect(url);
      stage.whenOver(() => first.close());
      await first.call();
      await switchOver();
      const ended = old.stop('SIGTERM');
      await first.call(0.2);
      await first.list();
      if (staysOn) {
        await ended;
        await stage.rest(0.3);
        await goOn(client, url, first, stage);
      } else {
        await first.leave();
        const next = await client.connect(url);
        await next.call();
        await next.leave();
        await ended;
      }
    },
  };
}

interface Replicas {
  readonly url: URL;
  readonly old: ServerProcess;
  /** Starts the new replica, which gets all new sessions from now on. */
  readonly switchOver: () => Promise<void>;
}

async function replicas(stage: Stage, kind: Kind, drainSeconds: number): Promise<Replicas> {
  const key = randomUUID();
  const old = await startProcess(stage, { kind, key, drainSeconds });
  let current: ServerProcess = old;
  let isOldUp = true;
  const owners = new Map<string, URL>();
  const ownerOf = (id: unknown): URL | undefined => {
    const owner = owners.get(String(id));
    return owner === old.url && !isOldUp ? undefined : owner;
  };
  const { url } = await stage.serveUnwatched(() =>
    serveProxy({
      route: ({ headers }) => ownerOf(headers['mcp-session-id']) ?? current.url,
      given: (id, owner) => void owners.set(id, owner),
    }),
  );
  return {
    url,
    old: {
      ...old,
      async stop(signal) {
        await old.stop(signal);
        isOldUp = false;
      },
    },
    async switchOver() {
      current = await startProcess(stage, { kind, key });
    },
  };
}

async function goOn(
  client: ClientKind,
  url: URL,
  first: Awaited<ReturnType<ClientKind['connect']>>,
  stage: Stage,
): Promise<void> {
  const next = (await first.call()) ? first : await client.connect(url);
  await next.list();
  await next.call();
  await stage.rest(1.2);
  await next.leave();
}

const PYTHON = languages('python-1.26.0', 'python-2.3.0-auto');
const GO = languages('go-sdk', 'mcp-go');

const inPlaceStories: readonly Story[] = [
  ...[SDK_132, SDK_129, SDK_2_AUTO, CORRECT].map((client) => inPlace('express', client, 'SIGTERM')),
  ...[SDK_132, SDK_2_LEGACY].map((client) => inPlace('map', client, 'SIGTERM')),
  ...[SDK_132, CORRECT].map((client) => inPlace('json', client, 'SIGKILL')),
  ...[...PYTHON, ...GO].map((client) => ({ ...inPlace('express', client, 'SIGTERM'), needs: [client] })),
];

const rollingStories: readonly Story[] = [
  ...[SDK_132, SDK_2_LEGACY, CORRECT].map((client) => rolling('express', client, false)),
  ...[SDK_129, CORRECT].map((client) => rolling('json', client, true)),
  ...[...PYTHON, ...GO].map((client) => ({ ...rolling('json', client, true), needs: [client] })),
  ...[...PYTHON, ...GO].map((client) => ({ ...rolling('old', client, false), needs: [client] })),
];

/** Deploys, with servers in processes of their own. */
export const deployStories: readonly Story[] = [
  ...inPlaceStories,
  ...rollingStories,
  faulty('restart-amnesia', {
    name: 'process-replaced-under-four',
    about:
      'A process of SDK 1.32.2 on Express is replaced under four correct clients; the new one knows none of them.',
    because: 'All who come back are found dead within a minute of its start.',
    async play(stage) {
      const key = randomUUID();
      const old = await startProcess(stage, { kind: 'express', key });
      const clients = await Promise.all(
        [1, 2, 3, 4].map((i) => CORRECT.connect(old.url, { headers: { 'x-forwarded-for': `192.0.2.${i}` } })),
      );
      for (const client of clients) await client.call();
      await old.stop('SIGTERM');
      await startProcess(stage, { kind: 'express', key, port: old.port });
      for (const client of clients) await client.call();
      for (const client of clients) await client.leave();
    },
  }),
];
