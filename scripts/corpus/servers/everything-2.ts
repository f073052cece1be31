import type { RequestListener } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { acceptedContent, createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
const NOTHING = z.object({});

/** What the server scenarios of `@modelcontextprotocol/conformance` ask for in revision 2026-07-28, on SDK 2.4.0. */
export function serveEverything2(): RequestListener {
  const handle = toNodeHandler(createMcpHandler(makeServer));
  return (request, response) => void handle(request as Parameters<typeof handle>[0], response);
}

function makeServer(): McpServer {
  const server = new McpServer({ name: 'corpus-everything-2', version: '1.0.0' });
  for (const name of ['test_simple_text', 'test_streaming_elicitation', 'test_logging_tool'])
    server.registerTool(name, { inputSchema: NOTHING }, () =>
      text('This is a simple text response for testing.'),
    );
  server.registerTool('test_error_handling', { inputSchema: NOTHING }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  addQuestions(server);
  server.registerResource('static-text', 'test://static-text', {}, ({ href }) => ({
    contents: [
      { uri: href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
    ],
  }));
  server.registerPrompt('test_simple_prompt', {}, () => ({
    messages: [
      {
        role: 'user' as const,
        content: { type: 'text' as const, text: 'This is a simple prompt for testing.' },
      },
    ],
  }));
  return server;
}

/** Tools that ask back within their answer, as this revision has it. */
function addQuestions(server: McpServer): void {
  const requestedSchema = {
    type: 'object' as const,
    properties: { name: { type: 'string' as const } },
    required: ['name'],
  };
  const ask = (message: string) => inputRequired.elicit({ message, requestedSchema });
  server.registerTool(
    'test_input_required_result_elicitation',
    { inputSchema: NOTHING },
    (_args, { mcpReq }) => {
      const name = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'user_name')?.name;
      if (typeof name === 'string') return text(`Hello, ${name}!`);
      return inputRequired({ inputRequests: { user_name: ask('What is your name?') } });
    },
  );
  server.registerTool(
    'test_input_required_result_list_roots',
    { inputSchema: NOTHING },
    (_args, { mcpReq }) => {
      if (mcpReq.inputResponses?.['client_roots'] !== undefined) return text('Roots were given.');
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    },
  );
  for (const name of ['test_input_required_result_sampling', 'test_missing_capability'])
    server.registerTool(name, { inputSchema: NOTHING }, (_args, { mcpReq }) => {
      if (mcpReq.inputResponses?.['capital_question'] !== undefined) return text('Sampled.');
      const messages = [
        { role: 'user' as const, content: { type: 'text' as const, text: 'What is the capital of France?' } },
      ];
      const capital_question = inputRequired.createMessage({ messages, maxTokens: 100 });
      return inputRequired({ inputRequests: { capital_question } });
    });
}
