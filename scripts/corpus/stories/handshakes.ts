import { SDK_132 } from '../clients/sdk.ts';
import { createWire } from '../clients/wire.ts';
import { serveSdk1 } from '../servers/sdk-1.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { faulty, lookAlike } from './faults.ts';

/** Handshakes: too many, too few, in vain. */
export const handshakeStories: readonly Story[] = [
  faulty('reinit-storm', {
    name: 'timer-that-reconnects',
    about:
      'A client begins a session every 1.2 s on SDK 1.32.2 though nothing was lost, and uses none (reticle#308).',
    because: 'Eight handshakes within a minute that lead to no work, and no loss to excuse them.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'librechat-mcp-client' });
      for (let round = 0; round < 8; round++) {
        await wire.list(await wire.initialize());
        await stage.rest(1.2);
      }
    },
  }),
  lookAlike('reinit-storm', {
    name: 'short-lived-programs',
    about: 'Eight programs in a row on SDK 1.32.2, one a second: each calls once, and ends its session.',
    because: 'Each session did its work and was ended with DELETE: a fan-out, not a storm.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      for (let round = 0; round < 8; round++) {
        const client = await SDK_132.connect(url);
        await client.call();
        await client.leave();
        await stage.rest(0.5);
      }
    },
  }),
  lookAlike('reinit-storm', {
    name: 'morning-behind-one-address',
    about:
      'Seven people behind one address start a program on SDK 1.32.2 within a minute; it lists the tools, and listens.',
    because:
      'Seven clients that look like one: each has one session, and keeps it. Nothing is begun in vain.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      for (let person = 0; person < 7; person++) {
        const client = await SDK_132.connect(url);
        stage.whenOver(() => client.close());
        await client.list();
        await stage.rest(1);
      }
      await stage.stretch(300, 2);
    },
  }),
  faulty('session-id-never-echoed', {
    name: 'like-claude-ai',
    about:
      'Three handshakes like those of Claude-User; each id is given by SDK 1.32.2, none comes back (claude-ai-mcp#975).',
    because: 'Every call came without the id, and was refused.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      for (let round = 0; round < 3; round++) {
        const wire = createWire(url, { name: 'claude-ai', userAgent: 'Claude-User' });
        const params = {
          protocolVersion: '2025-06-18',
          capabilities: {},
          clientInfo: { name: 'claude-ai', version: '0' },
        };
        await wire.post('initialize', { params });
        await wire.call(undefined);
        await stage.rest(2.2);
      }
    },
  }),
  lookAlike('session-id-never-echoed', {
    name: 'health-checks',
    about:
      'A monitor initializes four times on SDK 1.32.2 to see whether the server answers, and asks nothing else.',
    because: 'It never meant to use the sessions, and nothing was refused.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'blackbox', userAgent: 'Blackbox-Exporter/0.25.0' });
      const params = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'blackbox', version: '0' },
      };
      for (let round = 0; round < 4; round++) {
        await wire.post('initialize', { params });
        await stage.rest(2.5);
      }
    },
  }),
  faulty('session-per-call', {
    name: 'new-client-for-each-call',
    about:
      'A program on SDK 1.32.2 makes a new client for each of eleven calls, and closes it without DELETE.',
    because: 'Each session served one call and was left (langchain-mcp-adapters#207).',
    play: (stage) => sessionPerCall(stage, false),
  }),
  lookAlike('session-per-call', {
    name: 'each-ended',
    about:
      'A program on SDK 1.32.2 makes a new client for each of eleven calls, and ends each session with DELETE.',
    because: 'The sessions were ended: it costs handshakes, and leaves nothing behind.',
    play: (stage) => sessionPerCall(stage, true),
  }),
  faulty('double-initialize', {
    name: 'two-at-once',
    about:
      'A client initializes twice at once on SDK 1.32.2, and uses one of the two sessions (janhq/jan#8411).',
    because: 'The other session was made for nothing.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'Jan-Streamable-Client' });
      const params = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'Jan', version: '0.8.3' },
      };
      const [session] = await Promise.all([wire.initialize(), wire.post('initialize', { params })]);
      await wire.list(session);
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
  lookAlike('double-initialize', {
    name: 'two-windows',
    about: 'Two windows of one product open together on SDK 1.32.2, and both work.',
    because: 'Both sessions were used.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const windows = await Promise.all([SDK_132.connect(url), SDK_132.connect(url)]);
      await Promise.all(windows.map((window) => window.call()));
      await Promise.all(windows.map((window) => window.leave()));
    },
  }),
  faulty('handshake-incomplete', {
    name: 'never-said-initialized',
    about:
      'A client of librechat works on SDK 1.32.2 and never sends notifications/initialized (supergateway#14).',
    because: 'After a successful initialize the client must send it.',
    play: (stage) => slowHandshake(stage, false),
  }),
  lookAlike('handshake-incomplete', {
    name: 'said-a-moment-late',
    about: 'A client calls SDK 1.32.2 while its notifications/initialized is still to come.',
    because: 'It came; requests before it are a race that servers stand.',
    play: (stage) => slowHandshake(stage, true),
  }),
];

async function sessionPerCall(stage: Stage, ends: boolean): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1());
  for (let call = 0; call < 11; call++) {
    const client = await SDK_132.connect(url);
    await client.call();
    await (ends ? client.leave() : client.close());
    await stage.rest(0.4);
  }
}

async function slowHandshake(stage: Stage, says: boolean): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1());
  const wire = createWire(url, { name: 'librechat-mcp-client', version: '1.2.2' });
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'librechat-mcp-client', version: '1.2.2' },
  };
  const session = (await wire.post('initialize', { params })).headers.get('mcp-session-id') ?? undefined;
  await wire.call(session);
  await stage.rest(1);
  if (says) await wire.post('notifications/initialized', { session });
  await wire.call(session);
}
