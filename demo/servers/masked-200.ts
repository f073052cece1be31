import type { RequestListener } from 'node:http';
import { serveBare } from './bare.ts';

/** Opens the event stream before it looks the session up: 200, and an error event that names no request (keryx#503). */
export function serveMaskedStream(): RequestListener {
  return serveBare({
    name: 'demo-masked-stream',
    refuse: (response) => {
      const error = { code: -32000, message: 'Session not found' };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', error, id: null })}\n\n`);
    },
  });
}

/** Answers a dead session as if it were one more failed request: 200, and a JSON error with the request's id (zilla#2525). */
export function serveMaskedJson(): RequestListener {
  return serveBare({
    name: 'demo-masked-json',
    refuse: (response, message) => {
      const error = { code: -32600, message: 'Session not found' };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', error, id: message.id ?? null }));
    },
  });
}
