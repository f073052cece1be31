import { eachTopLevelMember } from './json-prefix.ts';

const JSON_BODY = /^\s*[[{]/;

/** The beginning of an SSE line that holds JSON; a priming event's is empty. */
const DATA = /^data:[ \t]*(?=[[{])/gm;

/**
 * The message that answers the request, at the beginning of a body: the body itself when it is JSON; else the first
 * event of an SSE body with a `result` or an `error`, for notifications and requests of the server may stand before
 * it. It may be cut off. Nothing when there is none.
 */
export function answerIn(prefix: string): string | undefined {
  if (JSON_BODY.test(prefix)) return isAnswer(prefix) ? prefix : undefined;
  for (const { index, 0: field } of prefix.matchAll(DATA)) {
    const start = index + field.length;
    const end = prefix.indexOf('\n', start);
    const message = end === -1 ? prefix.slice(start) : prefix.slice(start, end);
    if (isAnswer(message)) return message;
  }
  return undefined;
}

function isAnswer(message: string): boolean {
  let isOne = false;
  eachTopLevelMember(message, 0, (key) => (isOne = key === 'result' || key === 'error'));
  return isOne;
}

/** The code of the JSON-RPC error in an answer; nothing when it holds none, or a foreign one whose code is no integer. */
export function errorCodeIn(answer: string): number | undefined {
  const error = memberOf(answer, 'error');
  const code = error === undefined ? undefined : memberOf(error, 'code');
  const digits = code === undefined ? undefined : INTEGER.exec(code)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** A number that is whole, and not cut off. */
const INTEGER = /^-?\d{1,10}(?=[\s,}\]])/;

/** Whether a `tools/call` was answered with a tool's own error: `isError` in the result itself, not in what it quotes. */
export function isToolError(prefix: string): boolean {
  if (!prefix.includes('"isError"') || !IS_ERROR.test(prefix)) return false;
  const answer = answerIn(prefix);
  const result = answer === undefined ? undefined : memberOf(answer, 'result');
  return result?.startsWith('{') === true && memberOf(result, 'isError')?.startsWith('true') === true;
}

/** Most results say that they are none. */
const IS_ERROR = /"isError"\s*:\s*true/;

/** The text from the value of a member on. */
function memberOf(object: string, name: string): string | undefined {
  let value: string | undefined;
  eachTopLevelMember(object, 0, (key, valueAt) => {
    if (key !== name) return false;
    value = object.slice(valueAt);
    return true;
  });
  return value;
}
