import type { RequestListener } from 'node:http';
import { serveBare } from './bare.ts';

/** Sound but for the GET, which it answers 200 with a line of text instead of a stream or 405 (malloyyo#134). */
export function servePlainTextGet(): RequestListener {
  return serveBare({
    name: 'demo-plain-text-get',
    refuse: (response, _message, sent) => void response.writeHead(sent ? 404 : 400).end(),
    listen: (response) =>
      void response.writeHead(200, { 'content-type': 'text/plain' }).end('MCP server is running'),
  });
}
