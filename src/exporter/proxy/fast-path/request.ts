import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RawHeaders } from '../messages.ts';
import { headLengthIn, LENGTH, MOST_HEAD, readFields } from './fields.ts';

/** A request that can only be read in one way, and is all here. */
export interface OrdinaryRequest extends Pick<
  IncomingMessage,
  'headers' | 'rawHeaders' | 'httpVersion' | 'httpVersionMajor' | 'socket'
> {
  readonly method: string;
  readonly url: string;
  readonly body: Buffer | undefined;
}

/** A longer body is passed on part by part. */
const MOST_AT_ONCE = 65_536;

const REQUEST_LINE = /^(GET|POST|DELETE) (\/[!$&'()*+,\-./\w:;=?@~%]*) HTTP\/1\.1\r\n/;

/** Fields that ask something of whoever stands in between, or that node reads in a way of its own. */
const UNUSUAL = ['transfer-encoding', 'expect', 'upgrade', 'trailer', 'proxy-connection', 'set-cookie'];

const HOST = /^[\w.\-:[\]]+$/;

/**
 * Reads what a client has sent on `socket`: one whole request of the ordinary kind, `incomplete` where a part of its
 * body is missing. Nothing for all else, more than one request included: that is for the parser of node.
 */
export function readRequest(bytes: Buffer, socket: Socket): OrdinaryRequest | 'incomplete' | undefined {
  const headLength = headLengthIn(bytes);
  if (headLength === undefined || headLength > MOST_HEAD) return undefined;
  const text = bytes.toString('latin1', 0, headLength - 2);
  const line = REQUEST_LINE.exec(text);
  if (line === null) return undefined;
  const [{ length: at }, method, url] = line as unknown as [string, string, string];
  const rawHeaders = readFields(bytes, text, at);
  const headers = rawHeaders && headersOf(rawHeaders);
  if (rawHeaders === undefined || headers === undefined) return undefined;
  const length = bodyLengthOf(method, headers);
  if (length === undefined) return undefined;
  const rest = bytes.length - headLength - length;
  if (rest !== 0) return rest < 0 && length <= MOST_AT_ONCE ? 'incomplete' : undefined;
  return {
    method,
    url,
    rawHeaders,
    headers,
    httpVersion: '1.1',
    httpVersionMajor: 1,
    socket,
    body: length === 0 ? undefined : bytes.subarray(headLength),
  };
}

/**
 * The fields by their names in small letters, as node has them; nothing when one stands there twice. That may be
 * `Accept`, whose values make one list: clients of the Python SDK say it twice.
 */
function headersOf(raw: RawHeaders): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    if (!(name in headers)) headers[name] = value;
    else if (name === 'accept') headers[name] += `, ${value}`;
    else return undefined;
  }
  return headers;
}

/** How long the body is; nothing when anything in the head asks for more than to be passed on. */
function bodyLengthOf(method: string, headers: Readonly<Record<string, string>>): number | undefined {
  if (UNUSUAL.some((name) => headers[name] !== undefined)) return undefined;
  const { host, connection, 'content-length': length } = headers;
  if (host === undefined || !HOST.test(host)) return undefined;
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return undefined;
  // A POST says how long its body is, and no other has one.
  if (method !== 'POST') return length === undefined ? 0 : undefined;
  return length !== undefined && LENGTH.test(length) ? Number(length) : undefined;
}
