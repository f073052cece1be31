import type { ServerResponse } from 'node:http';
import type { Ending, Exchange, Listener } from '../../exchange/index.ts';
import type { Ended } from '../ended.ts';
import { exchangeOf as streamableExchangeOf } from '../exchange-of.ts';
import { readHead } from '../head.ts';
import { byHttpSse } from '../http-sse.ts';
import { remotePeerOf } from '../peer.ts';
import { headerReader } from './head.ts';
import { askedOf, type NodeWatch } from './watch.ts';

/** The whole exchange, told some time after the answer was over. */
export function exchangeOf(
  watch: NodeWatch,
  response: ServerResponse,
  ended: Ended,
  listener: Listener,
): Exchange {
  const { connection, headArgs } = watch;
  const { references } = listener;
  const asked = askedOf(watch, response.req, references);
  if (headArgs !== undefined)
    watch.head = readHead(response.statusCode, headerReader(response, headArgs), asked.origin !== undefined);
  const peer = (connection.peer = remotePeerOf(asked, connection.address, connection.peer, references));
  const exchange = streamableExchangeOf({ watch, asked, peer, ended }, listener);
  return watch.httpSseId === undefined ? exchange : byHttpSse(exchange, watch.httpSseId);
}

/** How the answer ended that is over now. */
export function endingOf(watch: NodeWatch, response: ServerResponse): Ending {
  if (response.writableFinished) return 'complete';
  const { socket } = response.req;
  // An answer that still waits behind another of its connection has no socket: what was sent was not its own.
  const hasWritten = response.socket !== null && socket.bytesWritten > watch.bytesBefore;
  if (watch.headArgs === undefined && hasWritten) return 'hijacked';
  return socket.errored === null ? 'aborted' : 'reset';
}
