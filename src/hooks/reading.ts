/** What has been read of an event stream so far. */
export interface StreamReading {
  readonly carriedData: boolean;
  readonly retryHint: boolean;
  readonly eventIds: boolean;
  /** The beginning of a line that is not whole yet: a program may write a line in parts. */
  readonly rest: string;
}

/** A stream of which nothing has been read. */
export const UNREAD: StreamReading = Object.freeze({
  carriedData: false,
  retryHint: false,
  eventIds: false,
  rest: '',
});

const DATA = /^data:[ \t]*[^\s]/m;
const RETRY = /^retry:/m;
const ID = /^id:/m;

/** As much of an unfinished line as tells its field. */
const REST_LENGTH = 32;

/** Reads on in an event stream: an event with data, its id, or a hint when to come back. */
export function readStream(before: StreamReading, text: string): StreamReading {
  const seen = before.rest + text;
  const carriedData = DATA.test(seen);
  const retryHint = before.retryHint || RETRY.test(seen);
  const lineAt = seen.lastIndexOf('\n') + 1;
  const eventIds = before.eventIds || ID.test(seen);
  return {
    carriedData,
    retryHint,
    eventIds,
    rest: carriedData ? '' : seen.slice(lineAt, lineAt + REST_LENGTH),
  };
}

/** The first `limit` characters of what a program writes, byte for byte: enough for ASCII keywords. */
export function textOf(chunk: unknown, encoding: unknown, limit: number): string {
  if (typeof chunk === 'string') {
    if (!isText(encoding)) return Buffer.from(chunk, encoding as BufferEncoding).toString('latin1', 0, limit);
    // Copied, for a slice would keep the whole of a long text in memory.
    return chunk.length <= limit ? chunk : Buffer.from(chunk.slice(0, limit), 'latin1').toString('latin1');
  }
  if (Buffer.isBuffer(chunk)) return chunk.toString('latin1', 0, limit);
  if (!(chunk instanceof Uint8Array)) return '';
  return Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(limit, chunk.length)).toString('latin1');
}

/** Whether text goes out as it is; what is not an encoding at all is a callback, and means the default. */
function isText(encoding: unknown): boolean {
  if (typeof encoding !== 'string') return true;
  return TEXT.has(encoding.toLowerCase());
}

const TEXT: ReadonlySet<string> = new Set(['utf8', 'utf-8', 'latin1', 'binary', 'ascii']);
