import type { RequestListener } from 'node:http';
import { serveBare } from './bare.ts';

/** Answers as rmcp up to 0.16 does: 401 in plain text for an unknown id, and for a missing one too (rust-sdk#689). */
export function serveRmcp016(): RequestListener {
  return serveBare({
    name: 'demo-rmcp-0.16',
    refuse: (response) => {
      response.writeHead(401, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('Unauthorized: Session not found');
    },
  });
}
