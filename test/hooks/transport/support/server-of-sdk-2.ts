import { McpServer } from '@modelcontextprotocol/server';
import { QUESTION, SAMPLING, text, untilAborted, WORDS, type Inside } from './tools.ts';

/** The same on `@modelcontextprotocol/server` 2.4.0. */
export function serverOfSdk2(inside: Inside = () => undefined): McpServer {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  server.registerTool('works', {}, () => {
    inside();
    return text(WORDS);
  });
  server.registerTool('fails', {}, () => ({ ...text(WORDS), isError: true }));
  server.registerTool('waits', {}, async ({ mcpReq }) => {
    inside();
    return text(await untilAborted(mcpReq.signal));
  });
  server.registerTool('asks', {}, async ({ mcpReq }) => {
    inside();
    await mcpReq.send({ method: 'sampling/createMessage', params: SAMPLING });
    return text(WORDS);
  });
  server.registerTool('reports', {}, async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken ?? 'none';
    await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    return text(WORDS);
  });
  server.registerPrompt('greets', {}, () => ({ messages: [QUESTION] }));
  server.registerResource('page', 'https://user:secret@example.org/page?token=1', {}, (uri) => ({
    contents: [{ uri: uri.href, text: WORDS }],
  }));
  return server;
}
