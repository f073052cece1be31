import type { FastifyError, FastifyReply } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Problem } from './schemas.ts';

/** Answers what went wrong, as RFC 9457 has it. */
export function sendProblem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const problem: Problem = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
  return reply.code(status).type('application/problem+json').send(problem);
}

/** What is wrong with a query, and what is allowed. Of what was sent only names are repeated, and those cut. */
export function detailOf({ validation = [], validationContext = 'querystring' }: FastifyError): string {
  const [first] = validation;
  if (first === undefined) return 'This request is malformed.';
  const { instancePath, keyword, params, message = 'is not allowed' } = first;
  const name = instancePath.slice(1) || `the ${validationContext}`;
  if (keyword === 'additionalProperties')
    return `There is no parameter ${JSON.stringify(String(params['additionalProperty']).slice(0, 64))} here.`;
  if (keyword === 'enum')
    return `${name} must be one of ${(params['allowedValues'] as string[]).join(', ')}.`;
  return `${name} ${message}.`;
}
