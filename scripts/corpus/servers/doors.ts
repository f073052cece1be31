import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError } from './sdk-1.ts';

type Door = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Answers DELETE itself, and leaves the rest to the session map. */
export function answerDeleteWith(status: number): Door {
  return (request, response) => {
    if (request.method !== 'DELETE') return false;
    response.writeHead(status).end();
    return true;
  };
}

/** Asks for a valid bearer token, as the authorization part of the specification has it. */
export function requireToken(valid: ReadonlySet<string>): Door {
  return (request, response) => {
    if (valid.has(request.headers.authorization ?? '')) return false;
    answerError(response, 401, -32000, 'invalid_token', {
      'www-authenticate': 'Bearer error="invalid_token"',
    });
    return true;
  };
}
