import { trailersOf } from '../headers.ts';
import { MOST_HEAD, readFields } from './fields.ts';

/** What was read of a body: there is more to come, all of it was here, and more than that, or it is malformed. */
export type Progress = 'more' | 'end' | 'beyond' | 'wrong';

/** Finds out where the body of an answer ends. */
export interface BodyReader {
  /** Reads what has come, and adds the parts of the body in it to `parts`: what remains without the framing. */
  read(bytes: Buffer, parts: Buffer[]): Progress;
  /** How many of the bytes that were read last belong to it. */
  taken(): number;
  /** Whether what was read ends with a chunk: another may follow, or the end. */
  isBetweenChunks(): boolean;
}

/** Makes a {@link BodyReader}. */
export function readerOf(framing: number | 'chunked'): BodyReader {
  return framing === 'chunked' ? readerOfChunks() : readerOfLength(framing);
}

function readerOfLength(length: number): BodyReader {
  let left = length;
  let taken = 0;
  return {
    read(bytes, parts) {
      taken = Math.min(bytes.length, left);
      if (taken > 0) parts.push(bytes.subarray(0, taken));
      left -= taken;
      if (left > 0) return 'more';
      return taken === bytes.length ? 'end' : 'beyond';
    },
    taken: () => taken,
    isBetweenChunks: () => false,
  };
}

/** The size of a chunk, and extensions without blanks. */
const SIZE =
  /^([\da-f]{1,8})(?:;[!#$%&'*+\-.^_`|~\da-z]+(?:=(?:[!#$%&'*+\-.^_`|~\da-z]+|"[\t\x20!#-[\]-~]*"))?)*\r\n$/i;

/** Of a line that stands beside the body. */
const MOST_LINE = 4096;

/** RFC 9112, 7.1. */
function readerOfChunks(): BodyReader {
  let awaits: 'size' | 'data' | 'end of data' | 'trailer' = 'size';
  let left = 0;
  let line = '';
  /** Bytes of all trailers. */
  let trailers = 0;
  let taken = 0;

  function data(bytes: Buffer, at: number, parts: Buffer[]): number {
    const part = bytes.subarray(at, at + left);
    parts.push(part);
    left -= part.length;
    if (left === 0) awaits = 'end of data';
    return at + part.length;
  }

  function take(whole: string): Progress {
    if (awaits === 'size') return takeSize(SIZE.exec(whole)?.[1]);
    if (whole === '\r\n') {
      if (awaits === 'trailer') return 'end';
      awaits = 'size';
      return 'more';
    }
    trailers += whole.length;
    return awaits === 'trailer' && trailers <= MOST_HEAD && isTrailer(whole) ? 'more' : 'wrong';
  }

  function takeSize(digits: string | undefined): Progress {
    if (digits === undefined) return 'wrong';
    left = Number.parseInt(digits, 16);
    awaits = left === 0 ? 'trailer' : 'data';
    return 'more';
  }

  return {
    read(bytes, parts) {
      for (let at = 0; at < bytes.length;) {
        if (awaits === 'data') {
          at = data(bytes, at, parts);
          continue;
        }
        const feed = bytes.indexOf(10, at);
        const end = feed === -1 ? bytes.length : feed + 1;
        line += bytes.toString('latin1', at, end);
        if (line.length > MOST_LINE) return 'wrong';
        at = end;
        if (feed === -1) break;
        const progress = take(line);
        line = '';
        if (progress === 'more') continue;
        taken = at;
        return progress === 'end' && at < bytes.length ? 'beyond' : progress;
      }
      taken = bytes.length;
      return 'more';
    },
    taken: () => taken,
    isBetweenChunks: () => awaits === 'size' && line === '',
  };
}

/** One that may stand behind a body. */
function isTrailer(line: string): boolean {
  const field = readFields(Buffer.from(line, 'latin1'), line, 0);
  return field !== undefined && trailersOf(field).length === 2;
}
