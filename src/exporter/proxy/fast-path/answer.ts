import type { RawHeaders } from '../messages.ts';
import { headLengthIn, LENGTH, MOST_HEAD, readFields } from './fields.ts';

/** The head of an answer that can only be read in one way. */
export interface OrdinaryAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: RawHeaders;
  /** How its body is measured: so many bytes, or in chunks. */
  readonly framing: number | 'chunked';
  /** The upstream closes the connection behind it. */
  readonly isLast: boolean;
  /** Bytes of the head. */
  readonly length: number;
}

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n/;

/** Of a head of which the rest may still be ordinary. */
const BEGINNING = /^HTTP\/1\.1 [2-5]\d\d[^\r\n]*(?:\r\n[^\r\n]+)*(?:\r(?:\n\r?)?)?$/;

/**
 * Reads the head of a final answer to GET, POST or DELETE; `incomplete` where its end has not come yet. Nothing for one
 * out of the ordinary: an interim answer, one that ends with its connection, one that says two things at once.
 */
export function readAnswer(bytes: Buffer): OrdinaryAnswer | 'incomplete' | undefined {
  const length = headLengthIn(bytes);
  if (length === undefined)
    return BEGINNING.test(bytes.toString('latin1')) && bytes.length < MOST_HEAD ? 'incomplete' : undefined;
  const text = bytes.toString('latin1', 0, length - 2);
  const line = STATUS_LINE.exec(text);
  if (line === null || length > MOST_HEAD) return undefined;
  const [{ length: at }, digits, reason = ''] = line as unknown as [string, string, string?];
  const headers = readFields(bytes, text, at);
  if (headers === undefined) return undefined;
  const status = Number(digits);
  const body = bodyOf(status, headers);
  return body && { status, reason, headers, framing: body.framing, isLast: body.isLast, length };
}

/** RFC 9112, 6.3; nothing where that is not said once and plainly. */
function bodyOf(status: number, headers: RawHeaders): Pick<OrdinaryAnswer, 'framing' | 'isLast'> | undefined {
  let [length, coding, connection]: (string | undefined)[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1] as string;
    switch ((headers[i] as string).toLowerCase()) {
      case 'content-length':
        if (length !== undefined) return undefined;
        length = value;
        break;
      case 'transfer-encoding':
        if (coding !== undefined) return undefined;
        coding = value.toLowerCase();
        break;
      case 'connection':
        if (connection !== undefined) return undefined;
        connection = value.toLowerCase();
        break;
      case 'upgrade':
      case 'proxy-connection':
        return undefined;
    }
  }
  const isLast = connection === 'close';
  const framing = framingOf(status, length, coding);
  const isPlain = connection === undefined || isLast || connection === 'keep-alive';
  return framing !== undefined && isPlain ? { framing, isLast } : undefined;
}

function framingOf(
  status: number,
  length: string | undefined,
  coding: string | undefined,
): number | 'chunked' | undefined {
  if (length !== undefined && !LENGTH.test(length)) return undefined;
  if (status === 204 || status === 304) return coding === undefined ? 0 : undefined;
  if (coding !== undefined) return coding === 'chunked' && length === undefined ? coding : undefined;
  return length === undefined ? undefined : Number(length);
}
