/** One HTTP/1.1 message as it stood on the wire. Nothing is decoded, folded, sorted or put into lower case. */
export interface HttpMessage {
  /** The request line or the status line. */
  readonly startLine: string;
  /** `Name: value`, in order. */
  readonly headers: readonly string[];
  /** The body, without the framing of chunks. */
  readonly body: Buffer;
  readonly framing: 'none' | 'length' | 'chunked' | 'until-close';
  /** The chunks of the body, when it was sent in chunks. */
  readonly chunks: readonly Buffer[];
  /** What followed the last chunk, as `headers`. */
  readonly trailers: readonly string[];
  /** Whether it came to its end. */
  readonly complete: boolean;
}

/** A request and the answers to it: any interim ones, and the final one. */
export interface HttpExchange {
  readonly request: HttpMessage;
  /** 100 Continue and the like. */
  readonly interim: readonly HttpMessage[];
  /** Nothing when none came. */
  readonly answer: HttpMessage | undefined;
}

/** Reads what went over one connection, on which requests were not sent before the former was answered. */
export function exchangesIn(asked: Buffer, answered: Buffer): HttpExchange[] {
  const exchanges: HttpExchange[] = [];
  const requests = reading(asked);
  const answers = reading(answered);
  while (!requests.isOver()) {
    const request = requests.next((headers) => bodyOfRequest(headers));
    const [method] = request.startLine.split(' ');
    const interim: HttpMessage[] = [];
    let answer: HttpMessage | undefined;
    while (answer === undefined && !answers.isOver()) {
      const message = answers.next((headers, line) => bodyOfAnswer(headers, line, method as string));
      if (/^HTTP\/1\.1 1(?!01)/.test(message.startLine)) interim.push(message);
      else answer = message;
    }
    exchanges.push({ request, interim, answer });
  }
  return exchanges;
}

/** The value of a header or a trailer; undefined when it is not there. */
export function valueOf(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((it) => nameOf(it) === name);
  return line?.slice(line.indexOf(':') + 1).trim();
}

/** The name of a header line, in lower case. */
export function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}

type Framing = Pick<HttpMessage, 'framing'> & { readonly length: number };

const NONE: Framing = { framing: 'none', length: 0 };

function bodyOfRequest(headers: readonly string[]): Framing {
  if (valueOf(headers, 'transfer-encoding') !== undefined) return { framing: 'chunked', length: 0 };
  const length = valueOf(headers, 'content-length');
  return length === undefined ? NONE : { framing: 'length', length: Number(length) };
}

/** RFC 9112, section 6.3. */
function bodyOfAnswer(headers: readonly string[], statusLine: string, method: string): Framing {
  const status = Number(statusLine.split(' ')[1]);
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return NONE;
  const framing = bodyOfRequest(headers);
  return framing === NONE ? { framing: 'until-close', length: 0 } : framing;
}

interface Reading {
  isOver(): boolean;
  next(framingOf: (headers: readonly string[], startLine: string) => Framing): HttpMessage;
}

function reading(bytes: Buffer): Reading {
  let at = 0;

  function lineOf(): string | undefined {
    const end = bytes.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const line = bytes.toString('latin1', at, end);
    at = end + 2;
    return line;
  }

  function linesToBlank(): { lines: string[]; complete: boolean } {
    const lines: string[] = [];
    for (;;) {
      const line = lineOf();
      if (line === undefined || line === '') return { lines, complete: line === '' };
      lines.push(line);
    }
  }

  function take(length: number): Buffer {
    const part = bytes.subarray(at, at + length);
    at += part.length;
    return part;
  }

  function chunked(): Pick<HttpMessage, 'body' | 'chunks' | 'trailers' | 'complete'> {
    const chunks: Buffer[] = [];
    for (;;) {
      const size = Number.parseInt(lineOf() ?? '', 16);
      if (size > 0) {
        const chunk = take(size);
        chunks.push(chunk);
        if (chunk.length === size && lineOf() === '') continue;
      }
      const { lines: trailers, complete } = size === 0 ? linesToBlank() : { lines: [], complete: false };
      if (!complete) at = bytes.length;
      return { body: Buffer.concat(chunks), chunks, trailers, complete };
    }
  }

  return {
    isOver: () => at >= bytes.length,
    next(framingOf) {
      const { lines, complete } = linesToBlank();
      const [startLine = '', ...headers] = lines;
      const { framing, length } = complete ? framingOf(headers, startLine) : NONE;
      if (framing === 'chunked') return { startLine, headers, framing, ...chunked() };
      const body = take(framing === 'until-close' ? bytes.length : length);
      const isWhole = complete && (framing === 'until-close' || body.length === length);
      if (!isWhole) at = bytes.length;
      return { startLine, headers, framing, body, chunks: [], trailers: [], complete: isWhole };
    },
  };
}
