import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { wentWell, type CorpusClient } from '../clients/client.ts';
import { serveHttpSse } from '../servers/http-sse.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';

async function connect(stage: Stage, url: URL, name: string): Promise<CorpusClient> {
  const client = new Client({ name, version: '1.0.0' });
  client.onerror = () => {};
  await client.connect(new SSEClientTransport(new URL('/sse', url)));
  stage.whenOver(() => client.close());
  return {
    call: (seconds = 0) => wentWell(client.callTool({ name: 'report', arguments: { seconds } })),
    list: () => wentWell(client.listTools()),
    read: () => wentWell(client.readResource({ uri: 'corpus://readme' })),
    leave: () => client.close(),
    close: () => client.close(),
  };
}

type Tell = (stage: Stage, url: URL, restart: () => Promise<void>) => Promise<void>;

function onHttpSse(name: string, about: string, tell: Tell): Story {
  return {
    group: 'http-sse',
    name,
    about: `${about} TypeScript SDK 1.32.2 on the transport of 2024-11-05.`,
    because: 'There a session lives as long as its stream.',
    async play(stage) {
      const server = await stage.serve(serveHttpSse);
      await tell(stage, server.url, () => server.restart());
    },
  };
}

/** The older transport, on both sides. */
export const httpSseStories: readonly Story[] = [
  onHttpSse('work', 'A client works, and closes its stream.', async (stage, url) => {
    const client = await connect(stage, url, 'corpus-program');
    await client.list();
    await Promise.all([client.call(0.3), client.call(0.1), client.read()]);
    await client.leave();
  }),
  onHttpSse(
    'three-people',
    'Three clients work side by side, and go one after the other.',
    async (stage, url) => {
      const clients = await Promise.all(
        ['cursor-vscode', 'Cline', 'Zed'].map((name) => connect(stage, url, name)),
      );
      for (const client of clients) {
        await Promise.all(clients.map((one) => one.call(0.1)));
        await client.leave();
      }
    },
  ),
  onHttpSse(
    'restart',
    'The server restarts under a call; the program connects again.',
    async (stage, url, restart) => {
      const first = await connect(stage, url, 'corpus-program');
      const cut = first.call(5);
      await stage.rest(0.3);
      await restart();
      await first.close();
      await cut;
      const next = await connect(stage, url, 'corpus-program');
      await next.call();
      await next.leave();
    },
  ),
];
