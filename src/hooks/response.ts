import type { ReadHeader } from './head.ts';

/** Reads the headers of a web-standard request or answer. */
export function headerReader({ headers }: Pick<Response, 'headers'>): ReadHeader {
  return (name) => headers.get(name) ?? undefined;
}

/** Told of a body while it is read. None of it may throw. */
export interface BodyWatch {
  /** A part is about to be handed to the program. */
  chunk(chunk: unknown): void;
  /** The program does not want the rest. */
  cancelled(): void;
  /** The program was handed everything. */
  complete(): void;
  failed(error: unknown): void;
}

/** The body of a request or an answer. */
export type Body = NonNullable<Response['body']>;

/**
 * The same response, with a body that tells what passes through it. That body keeps nothing: it reads when the
 * program does, and cancels when the program does. Nothing for a response without a body, or with one that is no
 * stream of the web, as in node-fetch.
 */
export function followed(response: Response, watch: BodyWatch): { copy: Response; body: Body } | undefined {
  const original = response.body;
  if (typeof original?.getReader !== 'function') return undefined;
  const { status, statusText, headers } = response;
  const Same = response.constructor as typeof Response;
  const body = passOn(original, response, watch);
  const copy = likeOriginal(new Same(body, { status, statusText, headers }), response);
  return { copy, body };
}

/** What a constructor cannot set, on a copy and on the copies that the program makes of it. */
function likeOriginal(copy: Response, original: Response): Response {
  const { url, type, redirected, headers } = original;
  const clone = copy.clone.bind(copy);
  const kept = {
    url,
    type,
    redirected,
    clone: () => likeOriginal(clone(), original),
    ...(isImmutable(headers) ? { headers } : undefined),
  };
  for (const [name, value] of Object.entries(kept)) Object.defineProperty(copy, name, { value });
  return copy;
}

/** The headers of what came over the network cannot be set; those that a program made up can. */
function isImmutable(headers: Headers): boolean {
  try {
    headers.delete('mcp-session-exporter');
    return false;
  } catch {
    return true;
  }
}

type Controller = Pick<ReadableByteStreamController, 'close' | 'error' | 'enqueue'> &
  Partial<Pick<ReadableByteStreamController, 'byobRequest'>>;

/** Node cancels a body when what it belongs to is collected: that stays for as long as the body in its place. */
const owners = new WeakMap<Body, Request | Response>();

/** A body that passes that of its owner on, as it is read. */
export function passOn(original: Body, owner: Request | Response, watch: BodyWatch): Body {
  const body = passing(original, watch);
  owners.set(body, owner);
  return body;
}

function passing(original: Body, watch: BodyWatch): Body {
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  let isReading = false;
  let isClosed = false;
  let isOver = false;

  function close(controller: Controller): void {
    if (isOver) return;
    isOver = true;
    controller.close();
    // A read into a buffer of the program's own waits for this.
    controller.byobRequest?.respond(0);
    watch.complete();
  }

  /** An end or a break is passed on though nobody reads; an end not before what came ahead of it. */
  function open(controller: Controller): NonNullable<typeof reader> {
    const opened = original.getReader();
    opened.closed.then(
      () => {
        isClosed = true;
        if (!isReading) close(controller);
      },
      (error: unknown) => {
        controller.error(error);
        watch.failed(error);
      },
    );
    return opened;
  }

  async function pull(controller: Controller): Promise<void> {
    reader ??= open(controller);
    isReading = true;
    const read = await reader.read();
    isReading = false;
    if (isOver) return;
    if (!read.done) {
      watch.chunk(read.value);
      controller.enqueue(read.value);
    }
    if (read.done || isClosed) close(controller);
  }

  function cancel(reason: unknown): Promise<void> {
    isOver = true;
    watch.cancelled();
    return (reader ?? original).cancel(reason);
  }

  if (isByteStream(original)) return new ReadableStream({ type: 'bytes', pull, cancel });
  return new ReadableStream<Uint8Array<ArrayBuffer>>({ pull, cancel }, { highWaterMark: 0 });
}

/** Whether a program may read it into buffers of its own, as it may that of `fetch`. */
function isByteStream(body: Body): boolean {
  try {
    body.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
