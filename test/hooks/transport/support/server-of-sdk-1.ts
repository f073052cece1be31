import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CreateMessageResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { QUESTION, SAMPLING, text, untilAborted, WORDS, type Inside } from './tools.ts';

/** A server on `@modelcontextprotocol/sdk` 1.32.2, with a tool for each thing that may happen in a call. */
export function serverOfSdk1(inside: Inside = () => undefined): McpServer {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  server.registerTool('works', {}, () => {
    inside();
    return text(WORDS);
  });
  server.registerTool('fails', {}, () => ({ ...text(WORDS), isError: true }));
  server.registerTool('waits', {}, async ({ signal }) => {
    inside();
    return text(await untilAborted(signal));
  });
  server.registerTool('asks', {}, async ({ sendRequest }) => {
    inside();
    await sendRequest({ method: 'sampling/createMessage', params: SAMPLING }, CreateMessageResultSchema);
    return text(WORDS);
  });
  server.registerTool('reports', {}, async ({ sendNotification, _meta }) => {
    const progressToken = _meta?.progressToken ?? 'none';
    await sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    return text(WORDS);
  });
  server.registerPrompt('greets', {}, () => ({ messages: [QUESTION] }));
  server.registerResource('page', 'https://user:secret@example.org/page?token=1', {}, (uri) => ({
    contents: [{ uri: uri.href, text: WORDS }],
  }));
  return server;
}
