import { peer, type Peer } from '../clients/peers.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import type { Story } from '../story.ts';

interface Sleep {
  readonly server: ServerKind;
  readonly client: Peer;
  readonly hours: number;
  /** Whether the server was restarted meanwhile. */
  readonly restarted: boolean;
}

const { express, json, old, map, hono } = SERVERS;

const SLEEPS: readonly Sleep[] = [
  { server: express, client: peer('sdk-1.22.0'), hours: 0.5, restarted: false },
  { server: express, client: peer('python-1.26.0'), hours: 8, restarted: false },
  { server: express, client: peer('go-sdk'), hours: 8, restarted: true },
  { server: json, client: peer('python-2.3.0-legacy'), hours: 12, restarted: true },
  { server: json, client: peer('sdk-1.17.5'), hours: 1, restarted: false },
  { server: old, client: peer('mcp-go'), hours: 8, restarted: false },
  { server: old, client: peer('sdk-1.22.0'), hours: 62, restarted: true },
  { server: map, client: peer('python-2.3.0-auto'), hours: 8, restarted: false },
  { server: map, client: peer('go-sdk'), hours: 2, restarted: true },
  { server: hono, client: peer('python-1.26.0'), hours: 20, restarted: true },
];

/** Laptops that fall asleep: the client's process is stopped, and hours pass on the recorder's clock. */
export const sleepStories: readonly Story[] = SLEEPS.map(({ server, client, hours, restarted }) => ({
  group: 'laptop-sleep',
  name: `${hours}-h-${client.id}-on-${server.id}${restarted ? '-restarted' : ''}`,
  about: `A laptop with ${client.title} sleeps for ${hours} h; ${server.title} ${restarted ? 'is restarted meanwhile, and a new session begun' : 'still knows the session'}.`,
  because: 'Silence is nobody’s fault.',
  lookAlikeOf: ['client-no-reinit', 'orphaned-sessions', 'premature-eviction'],
  needs: [client],
  async play(stage) {
    const running = await stage.serve(server.serve);
    const laptop = await client.connect(running.url);
    stage.whenOver(() => laptop.close());
    await laptop.list();
    await laptop.call();
    await stage.rest(0.5);
    laptop.sleep();
    await stage.stretch((hours * 3600) / 2, 1);
    if (restarted) await running.restart();
    await stage.stretch((hours * 3600) / 2, 1);
    laptop.wake();
    await stage.rest(0.3);
    const next = (await laptop.call()) ? laptop : await client.connect(running.url);
    stage.whenOver(() => next.close());
    await next.list();
    await next.call();
    await next.leave();
  },
}));
