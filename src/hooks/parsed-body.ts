import { REQUEST_PREFIX_BYTES, rpcMethodsIn } from '../exchange/index.ts';
import { textOf } from './reading.ts';

/** What is read of a request whose body a framework has parsed. */
interface Parsed {
  requestPrefix: string;
  readonly body: (() => unknown) | undefined;
}

/**
 * Reads what a framework has made of the body, when the wire told no method: the body was compressed, or in another
 * encoding, or had come before anybody watched, or names its method behind its first bytes. The result stands in for
 * those bytes.
 */
export function readParsedBody(request: Parsed): void {
  if (request.body === undefined || rpcMethodsIn(request.requestPrefix).length > 0) return;
  const body = request.body();
  // A parser may have left it as bytes, or as text; otherwise it has made messages of it.
  const bytes = body instanceof Uint8Array ? body : Buffer.from(textIn(body).slice(0, REQUEST_PREFIX_BYTES));
  if (bytes.length > 0) request.requestPrefix = textOf(bytes, undefined, REQUEST_PREFIX_BYTES);
}

function textIn(body: unknown): string {
  if (typeof body === 'string') return body;
  return Array.isArray(body) ? `[${body.slice(0, BATCH_READ).map(messageText).join()}]` : messageText(body);
}

/** As many messages of a batch as are read on the wire. */
const BATCH_READ = 16;

/**
 * The members that are read on the wire, method first. A number stands for the arguments, which are not read: so the
 * call is compared with no other, as one is not that was cut off on the wire.
 */
function messageText(message: unknown): string {
  if (!isRecord(message) || typeof message['method'] !== 'string') return '';
  const { id, method, params } = message;
  const { protocolVersion, clientInfo, name, uri, _meta } = isRecord(params) ? params : {};
  const told = { protocolVersion, clientInfo, name, uri, _meta, arguments: 0 };
  return JSON.stringify({ id, method, params: told });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
