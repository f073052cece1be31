import { ServerResponse, type IncomingMessage } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';

/** A request of a client, by HTTP/1 or HTTP/2. */
export type ClientRequest = IncomingMessage | Http2ServerRequest;

/** What a request says before its body, whoever has read it. */
export type RequestHead =
  | Http2ServerRequest
  | Pick<
      IncomingMessage,
      'method' | 'url' | 'headers' | 'rawHeaders' | 'httpVersion' | 'httpVersionMajor' | 'socket'
    >;

/** The answer that the client gets. */
export type ClientResponse = ServerResponse | Http2ServerResponse;

/** A head's fields as they came: name, value, name, value. */
export type RawHeaders = readonly string[];

/** Whether the answer goes out by HTTP/1. */
export function isHttp1(response: ClientResponse): response is ServerResponse {
  return response instanceof ServerResponse;
}

/**
 * The head of an answer, in the bytes of the upstream as far as the protocol of the client has them. Node adds a `Date`
 * where there is none, as whoever passes an answer on must (RFC 9110, 6.6.1).
 */
export function writeHead(
  response: ClientResponse,
  status: number,
  reason: string,
  headers: RawHeaders,
): void {
  if (isHttp1(response)) {
    response.writeHead(status, reason, headers as string[]);
    return;
  }
  for (let i = 0; i + 1 < headers.length; i += 2)
    response.appendHeader(headers[i] as string, headers[i + 1] as string);
  response.writeHead(status);
}

/** Sends an interim answer on. One that this Node does not send is left out: the answer itself is still to come. */
export function writeInformation(response: ClientResponse, status: number, headers: RawHeaders): void {
  if (response.headersSent || response.req.httpVersion === '1.0') return;
  // The answer to the request before is still on its way: node would put this into the middle of it.
  if (isHttp1(response) && response.socket === null) return;
  try {
    if (status === 100) response.writeContinue();
    else if (isHttp1(response)) response.writeInformation?.(status, headers as string[]);
    else response.stream.additionalHeaders({ ...Object.fromEntries(pairsOf(headers)), ':status': status });
  } catch {
    // See above.
  }
}

/** Sends the head by itself; HTTP/2 has done so already. */
export function flushHead(response: ClientResponse): void {
  if (isHttp1(response) && !response.writableEnded) response.flushHeaders();
}

/** Sends the trailers on, before the end of the answer. */
export function writeTrailers(response: ClientResponse, trailers: RawHeaders): void {
  if (trailers.length === 0) return;
  if (isHttp1(response)) return response.addTrailers(pairsOf(trailers));
  for (const [name, value] of pairsOf(trailers)) response.addTrailers({ [name]: value });
}

/** Name and value, two by two. */
export function pairsOf(raw: RawHeaders): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i] as string, raw[i + 1] as string]);
  return pairs;
}

/** The first value of a field, by its name in small letters. */
export function valueOf(raw: RawHeaders, name: string): string | undefined {
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const field = raw[i] as string;
    if (field.length === name.length && field.toLowerCase() === name) return raw[i + 1];
  }
  return undefined;
}

/** Whether an answer that is over came to its end. The stream of HTTP/2 ends its own writing when it is cancelled. */
export function isWhole(response: ClientResponse): boolean {
  if (isHttp1(response)) return response.writableFinished;
  return response.writableEnded && response.stream.rstCode === constants.NGHTTP2_NO_ERROR;
}

/** Breaks an answer off, so that nobody takes what came of it for the whole. */
export function breakOff(response: ClientResponse): void {
  if (!isHttp1(response)) return response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  // Where the end of the connection is the end of the body, only a reset tells that it was not.
  if (response.req.httpVersionMinor === 0) response.socket?.resetAndDestroy();
  response.destroy();
}
