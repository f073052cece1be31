import autocannon from 'autocannon';
import { correctClient, createWire } from '../clients/wire.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import type { Story } from '../story.ts';

const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** One session, asked four hundred times over eight connections. */
function asked(server: ServerKind): Story {
  return {
    group: 'load',
    name: `four-hundred-requests-on-${server.id}`,
    about: `A load generator asks ${server.title} four hundred times over eight connections, in one session.`,
    because: 'Much is not wrong.',
    lookAlikeOf: ['idle-poll'],
    async play(stage) {
      const { url } = await stage.serve(server.serve);
      const wire = createWire(url, { name: 'load' });
      const session = server.sessions ? await wire.initialize() : undefined;
      const headers = session === undefined ? HEADERS : { ...HEADERS, 'mcp-session-id': session };
      await autocannon({ url: url.href, method: 'POST', headers, body: LIST, connections: 8, amount: 400 });
      if (session !== undefined) await wire.send('DELETE', { session });
    },
  };
}

/** Thirty people at once. */
const crowd: Story = {
  group: 'load',
  name: 'thirty-people',
  about: 'Thirty clients on SDK 1.32.2 on Fastify connect at once, work in parallel, and leave.',
  because: 'Each has its session, works in it and ends it.',
  lookAlikeOf: ['reinit-storm', 'session-per-call', 'stream-leak'],
  async play(stage) {
    const { url } = await stage.serve(SERVERS.fastify.serve);
    const kind = correctClient({ name: 'cursor-vscode', listens: true });
    const people = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        kind.connect(url, { headers: { 'x-forwarded-for': `198.51.100.${i}` } }),
      ),
    );
    await Promise.all(
      people.map((person) => Promise.all([person.list(), person.call(0.2), person.call(0.1)])),
    );
    await Promise.all(people.map((person) => person.leave()));
  },
};

/** Many requests, and many people. */
export const loadStories: readonly Story[] = [
  ...[SERVERS.json, SERVERS.fastify, SERVERS.stateless].map(asked),
  crowd,
];
