/** What has been read of an event stream so far. */
export interface StreamReading {
  readonly carriedData: boolean;
  readonly retryHint: boolean;
}

/** A stream of which nothing has been read. */
export const UNREAD: StreamReading = Object.freeze({ carriedData: false, retryHint: false });

const DATA = /^data:[ \t]*[^\s]/m;
const RETRY = /^retry:/m;

/** Reads on in an event stream: an event with data, or a hint when to come back. */
export function readStream(before: StreamReading, text: string): StreamReading {
  const carriedData = DATA.test(text);
  const retryHint = before.retryHint || RETRY.test(text);
  return carriedData || retryHint ? { carriedData, retryHint } : before;
}

/** The first `limit` characters of what a program writes, byte for byte: enough for ASCII keywords. */
export function textOf(chunk: unknown, encoding: unknown, limit: number): string {
  if (typeof chunk === 'string') {
    const plain = encoding === undefined || typeof encoding === 'function' || isText(encoding);
    const text = plain ? chunk : Buffer.from(chunk, encoding as BufferEncoding).toString('latin1', 0, limit);
    return text.length <= limit ? text : text.slice(0, limit);
  }
  if (Buffer.isBuffer(chunk)) return chunk.toString('latin1', 0, Math.min(limit, chunk.length));
  if (!(chunk instanceof Uint8Array)) return '';
  const { buffer, byteOffset, length } = chunk;
  return Buffer.from(buffer, byteOffset, Math.min(limit, length)).toString('latin1');
}

function isText(encoding: unknown): boolean {
  return encoding === null || encoding === 'utf8' || encoding === 'utf-8' || encoding === 'latin1' || encoding === 'ascii';
}
