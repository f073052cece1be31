import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { MakeServer } from './tools.ts';

/** One pixel, and a silence: the smallest image and sound. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const text = (words: string) => ({ type: 'text' as const, text: words });
const image = { type: 'image' as const, data: PIXEL, mimeType: 'image/png' };
const embedded = (uri: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType: 'text/plain', text: 'Embedded.' },
});

/** What the server scenarios of `@modelcontextprotocol/conformance` ask for by name, on SDK 1.32.2. */
export const makeEverythingServer: MakeServer = () => {
  const server = new McpServer(
    { name: 'corpus-everything', version: '1.0.0' },
    { capabilities: { logging: {}, resources: { subscribe: true } } },
  );
  addContents(server);
  addConversations(server);
  addResources(server);
  addPrompts(server);
  return server;
};

function addContents(server: McpServer): void {
  const contents = {
    test_simple_text: [text('This is a simple text response for testing.')],
    test_image_content: [image],
    test_audio_content: [{ type: 'audio' as const, data: SILENCE, mimeType: 'audio/wav' }],
    test_embedded_resource: [embedded('test://embedded-resource')],
    test_multiple_content_types: [text('Several.'), image, embedded('test://mixed-content-resource')],
  };
  for (const [name, content] of Object.entries(contents)) server.registerTool(name, {}, () => ({ content }));
  server.registerTool('test_error_handling', {}, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool('json_schema_2020_12_tool', { inputSchema: { name: z.string().optional() } }, () => ({
    content: [text('ok')],
  }));
}

function addConversations(server: McpServer): void {
  server.registerTool('test_tool_with_logging', {}, async ({ sendNotification }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
      await sleep(50);
    }
    return { content: [text('Logged.')] };
  });
  server.registerTool('test_tool_with_progress', {}, async ({ _meta, sendNotification }) => {
    const progressToken = _meta?.progressToken ?? 0;
    for (const progress of [0, 50, 100]) {
      await sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 100 },
      });
      await sleep(50);
    }
    return { content: [text(String(progressToken))] };
  });
  server.registerTool('test_sampling', { inputSchema: { prompt: z.string() } }, async ({ prompt }) => {
    const messages = [{ role: 'user' as const, content: text(prompt) }];
    const { content } = await server.server.createMessage({ messages, maxTokens: 100 });
    return { content: [text(`LLM response: ${JSON.stringify(content)}`)] };
  });
  for (const name of [
    'test_elicitation',
    'test_elicitation_sep1034_defaults',
    'test_elicitation_sep1330_enums',
  ])
    server.registerTool(
      name,
      { inputSchema: { message: z.string().optional() } },
      async ({ message = 'Which?' }) => {
        const { action, content } = await server.server.elicitInput({ message, requestedSchema: FORM });
        return { content: [text(`User response: ${action} ${JSON.stringify(content)}`)] };
      },
    );
  server.registerTool('test_reconnection', {}, async ({ closeSSEStream }) => {
    await sleep(50);
    closeSSEStream?.();
    await sleep(100);
    return { content: [text('Reconnected.')] };
  });
}

const FORM = {
  type: 'object' as const,
  properties: {
    name: { type: 'string' as const, default: 'John Doe' },
    age: { type: 'integer' as const, default: 30 },
    score: { type: 'number' as const, default: 95.5 },
    status: { type: 'string' as const, enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean' as const, default: true },
  },
};

function addResources(server: McpServer): void {
  const texts = { 'static-text': 'test://static-text', watched: 'test://watched-resource' };
  for (const [name, uri] of Object.entries(texts))
    server.registerResource(name, uri, { mimeType: 'text/plain' }, () => ({
      contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
    }));
  server.registerResource('static-binary', 'test://static-binary', { mimeType: 'image/png' }, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'image/png', blob: PIXEL }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  server.registerResource('template', template, {}, ({ href }, { id }) => ({
    contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id }) }],
  }));
  server.server.setRequestHandler(SubscribeRequestSchema, () => ({}));
  server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
}

function addPrompts(server: McpServer): void {
  const saying = (...content: object[]) => ({
    messages: content.map((one) => ({ role: 'user' as const, content: one as ReturnType<typeof text> })),
  });
  server.registerPrompt('test_simple_prompt', {}, () => saying(text('This is a simple prompt for testing.')));
  server.registerPrompt('test_prompt_with_image', {}, () => saying(image, text('Analyze the image.')));
  const arg1 = completable(z.string(), (value) => [`${value}1`]);
  server.registerPrompt('test_prompt_with_arguments', { argsSchema: { arg1, arg2: z.string() } }, (args) =>
    saying(text(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { argsSchema: { resourceUri: z.string() } },
    (args) => saying(embedded(args.resourceUri), text('Process the resource.')),
  );
}
