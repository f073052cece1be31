import { correctClient, type Introduction } from '../clients/wire.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import type { CorpusClient } from '../clients/client.ts';

interface Product extends Introduction {
  readonly on: ServerKind;
  /** Whether it opens a listening stream. */
  readonly listens?: boolean;
  /** What it does between its handshake and its end. */
  readonly habit: Habit;
  /** Whether it says goodbye. Default: yes. */
  readonly leaves?: boolean;
}

type Habit = (client: CorpusClient, stage: Stage) => Promise<unknown>;

const agent: Habit = async (client, stage) => {
  await client.list();
  for (let turn = 0; turn < 4; turn++) {
    await stage.rest(0.4);
    await client.call(0.1);
  }
};

const chat: Habit = async (client, stage) => {
  await client.list();
  await client.read();
  await stage.rest(3);
  await client.call();
  await stage.rest(2);
  await client.call();
};

const burst: Habit = (client) =>
  Promise.all([client.list(), client.read(), client.call(0.3), client.call(0.2), client.call(0.1)]);

const watcher: Habit = async (client, stage) => {
  for (let look = 0; look < 6; look++) {
    await client.list();
    await stage.rest(0.7);
  }
  await client.call();
};

const glance: Habit = (client) => client.list();

const { express, fastify, hono, json, old, map } = SERVERS;

/** Products known by what they call themselves, imitated where they behave; revisions and habits vary. */
const PRODUCTS: readonly Product[] = [
  {
    name: 'claude-code',
    userAgent: 'claude-code/2.1.263 (cli)',
    on: express,
    habit: agent,
    listens: true,
    leaves: false,
  },
  { name: 'claude-ai', userAgent: 'Claude-User', on: json, habit: chat, revision: '2025-03-26' },
  { name: 'openai-mcp', userAgent: 'openai-mcp/1.0.0', on: fastify, habit: burst, revision: '2025-11-25' },
  { name: 'codex-mcp-client', userAgent: 'codex-mcp-client/0.150.0', on: hono, habit: agent, listens: true },
  { name: 'cursor-vscode', on: old, habit: watcher, listens: true },
  {
    name: 'Visual Studio Code',
    userAgent: 'Visual Studio Code/1.106.0',
    on: map,
    habit: chat,
    listens: true,
    revision: '2025-11-25',
  },
  { name: 'gemini-cli-mcp-client', on: express, habit: glance, listens: true },
  { name: 'Cline', on: fastify, habit: agent, listens: true, revision: '2025-03-26' },
  { name: 'Roo-Code', on: json, habit: burst, listens: true },
  { name: 'continue-client', on: old, habit: chat, leaves: false },
  { name: 'windsurf-client', on: hono, habit: watcher, revision: '2025-03-26' },
  { name: 'Zed', on: map, habit: agent },
  { name: 'goose', on: express, habit: burst, revision: '2025-11-25', listens: true },
  { name: 'opencode', on: json, habit: watcher, listens: true },
  { name: 'github-copilot-developer', on: old, habit: glance, leaves: false, revision: '2025-11-25' },
  { name: 'JetBrains-IU-copilot-intellij', on: fastify, habit: chat, listens: true },
  { name: 'librechat-mcp-client', on: hono, habit: burst, listens: true },
  { name: '@n8n/n8n-nodes-langchain.mcpClientTool', on: map, habit: agent, revision: '2025-11-25' },
  { name: 'open-webui', userAgent: 'python-httpx/0.28.1', on: express, habit: chat, listens: true },
  { name: 'lmstudio-mcp-bridge', on: json, habit: agent, listens: true },
  { name: 'inspector-client', on: old, habit: watcher, listens: true, revision: '2025-11-25' },
  { name: 'cursor (via mcp-remote 0.1.45)', on: fastify, habit: burst, listens: true },
  {
    name: 'Home Assistant',
    userAgent: 'HomeAssistant/2026.7.2 httpx/0.28.1 Python/3.14',
    on: map,
    habit: glance,
  },
  { name: 'antigravity-client', on: hono, habit: chat, listens: true, leaves: false },
];

/** See {@link PRODUCTS}. */
export const productStories: readonly Story[] = PRODUCTS.map((product) => {
  const { on, habit, leaves = true, ...introduction } = product;
  const client = correctClient(introduction);
  return {
    group: 'products',
    name: `${client.id}-on-${on.id}`,
    about: `${client.title} ${habit === glance ? 'looks at' : 'works on'} ${on.title}, and ${leaves ? 'leaves' : 'is closed without a goodbye'}.`,
    async play(stage) {
      const { url } = await stage.serve(on.serve);
      const used = await client.connect(url);
      await habit(used, stage);
      await (leaves ? used.leave() : used.close());
      await stage.rest(0.1);
    },
  };
});
