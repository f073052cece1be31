import { errors, type Dispatcher } from 'undici';
import { answerTo } from './answer.ts';
import { createCallConnections, type CallConnection, type CallConnections } from './call-connections.ts';
import { failureOf, SLOW, UNREACHABLE } from './failures.ts';
import { requestHead } from './headers.ts';
import type { RawHeaders } from './messages.ts';
import { isRepeatable, type Attempt, type Body, type GiveUp } from './passage.ts';

/** Sends a request that is all here. */
export type SendByUndici = (attempt: Attempt, body: WholeBody) => GiveUp;

type WholeBody = Exclude<Body, 'coming'>;

/** Makes a {@link SendByUndici}: undici's dispatcher takes two thirds of what node:http takes (bench/README.md). */
export function createSendByUndici(connectTimeout: number): SendByUndici {
  const connections = createCallConnections(connectTimeout);
  return (attempt, body) => {
    const { passage, address, host } = attempt;
    const { request, path } = passage;
    const connection = connections.take(address.host);
    const options = {
      path,
      method: request.method as Dispatcher.HttpMethod,
      headers: requestHead(request, host),
      body: body === 'none' ? null : body,
    };
    connection.client.dispatch(options, createHandler(attempt, body, connection, connections));
    return () => connections.discard(connection);
  };
}

/** Takes back to the client what undici reads of the answer. */
function createHandler(
  attempt: Attempt,
  body: WholeBody,
  connection: CallConnection,
  connections: CallConnections,
): Dispatcher.DispatchHandler {
  const { request, addresses, underway } = attempt.passage;
  const answer = answerTo(attempt);
  let state: 'unsent' | 'sent' | 'answered' | 'given up' = 'unsent';

  function failed(error: Error): void {
    if (state === 'answered') answer.broken();
    else if (error instanceof errors.InvalidArgumentError) attempt.unsendable();
    else if (state === 'unsent')
      attempt.unreachable(error instanceof errors.ConnectTimeoutError ? SLOW : UNREACHABLE);
    else if (connection.wasUsed && isRepeatable(request, body)) attempt.stale();
    else attempt.failed(failureOf(error));
  }

  return {
    onRequestStart() {
      state = 'sent';
      addresses.up(attempt.address);
    },
    onResponseStart(controller, status, _, reason = '') {
      const headers = textsOf(controller.rawHeaders);
      if (status < 200) return answer.information(status, headers);
      const isPassed = answer.head(status, reason, headers);
      state = isPassed ? 'answered' : 'given up';
      if (!isPassed) connections.discard(connection);
    },
    onResponseData: (controller, chunk) => answer.chunk(chunk, controller),
    onResponseEnd(controller) {
      answer.end(textsOf(controller.rawTrailers));
      connections.giveBack(connection);
    },
    onResponseError(_, error) {
      connections.discard(connection);
      if (state !== 'given up' && !underway.isOver) failed(error);
    },
  };
}

/** Fields of HTTP/1 as undici has them: bytes, which stand for themselves. */
function textsOf(raw: Dispatcher.DispatchController['rawHeaders']): RawHeaders {
  if (!Array.isArray(raw)) return [];
  return raw.map((text) => (typeof text === 'string' ? text : text.toString('latin1')));
}
