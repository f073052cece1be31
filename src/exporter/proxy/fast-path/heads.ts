import { requestHead } from '../headers.ts';
import { valueOf, type RawHeaders } from '../messages.ts';
import { UNUSED_MS } from '../times.ts';
import type { OrdinaryAnswer } from './answer.ts';
import type { OrdinaryRequest } from './request.ts';

/** A request as it goes to the upstream, its body included; each character stands for a byte. */
export function requestText(request: OrdinaryRequest, path: string, host: string | undefined): string {
  const { method, body } = request;
  const head = `${method} ${path} HTTP/1.1\r\n${lines(requestHead(request, host))}\r\n`;
  return body === undefined ? head : head + body.toString('latin1');
}

const KEPT = `Connection: keep-alive\r\nKeep-Alive: timeout=${UNUSED_MS / 1000}\r\n\r\n`;
const LAST = 'Connection: close\r\n\r\n';

/** The head of an answer as it goes to the client, with the fields that are passed on. */
export function answerText(
  { status, reason, framing }: OrdinaryAnswer,
  passed: RawHeaders,
  isLast: boolean,
): string {
  // Whoever passes an answer on dates it where nobody has (RFC 9110, 6.6.1).
  const date = valueOf(passed, 'date') === undefined ? `Date: ${new Date().toUTCString()}\r\n` : '';
  const coding = framing === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '';
  return `HTTP/1.1 ${status} ${reason}\r\n${lines(passed)}${date}${coding}${isLast ? LAST : KEPT}`;
}

function lines(fields: RawHeaders): string {
  let text = '';
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return text;
}
