import { REQUEST_PREFIX_BYTES } from '../../exchange/index.ts';
import { passOn, type Body } from '../response.ts';

/** Told of the beginning of a request's body, when and as the program reads it. None of it may throw. */
export interface RequestBodyWatch {
  /** A part of the body. */
  readonly chunk: (chunk: unknown) => void;
  /** The whole of it, as JSON. */
  readonly parsed: (value: unknown) => void;
}

/**
 * Follows what the program reads of a request's body, be it from a copy that it makes: sets `text`, `json`,
 * `arrayBuffer`, `bytes`, `body` and `clone` on that one request, which pass everything on. It reads nothing itself
 * (docs/decisions/0022). A program that makes another request of it with a constructor is not followed.
 */
export function followRequestBody(request: Request, watch: RequestBodyWatch): void {
  /** The one that is read first: its copies hold the same. */
  let first: Request | undefined;

  function follow(copy: Request): Request {
    const noted = (note: Note): Note => {
      return (value) => {
        if ((first ??= copy) === copy) note(value);
      };
    };
    let isRead = false;
    const readWhole = (read: Method, note: Note): Method =>
      function watchedRead(...args) {
        isRead = true;
        return (Reflect.apply(read, this, args) as Promise<unknown>).then((value) => {
          note(value);
          return value;
        });
      };
    for (const [name, note] of Object.entries(notesOf(watch)))
      set(copy, name, (read) => readWhole(read, noted(note)));
    set(copy, 'clone', (clone) => cloning(clone, follow));
    const get = passingBody(copy, noted(watch.chunk), () => isRead);
    Object.defineProperty(copy, 'body', { configurable: true, get });
    return copy;
  }

  follow(request);
}

type Note = (value: unknown) => void;

/** What is done with what each function reads. */
function notesOf({ chunk, parsed }: RequestBodyWatch): Readonly<Record<string, Note>> {
  const bytes: Note = (value) => chunk(value instanceof ArrayBuffer ? new Uint8Array(value) : value);
  const text: Note = (value) => chunk(Buffer.from(String(value).slice(0, REQUEST_PREFIX_BYTES)));
  return { text, json: parsed, arrayBuffer: bytes, bytes };
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Sets a function on one request, made of the one that it has; not one that it does not have. */
function set(request: Request, name: string, make: (original: Method) => Method): void {
  const original: unknown = Reflect.get(request, name);
  if (typeof original !== 'function') return;
  const value = make(original as Method);
  Object.defineProperty(request, name, { configurable: true, writable: true, value });
}

function cloning(clone: Method, follow: (copy: Request) => Request): Method {
  return function watchedClone(...args) {
    return follow(Reflect.apply(clone, this, args) as Request);
  };
}

/** The body of a request, which is the same each time; as it is, once somebody reads it otherwise. */
function passingBody(request: Request, note: Note, isRead: () => boolean): () => Body | null {
  const prototype = Reflect.getPrototypeOf(request) as Request;
  const watch = { chunk: note, cancelled() {}, complete() {}, failed() {} };
  let passed: Body | undefined;
  return () => {
    const body = Reflect.get(prototype, 'body', request);
    if (!body || isRead()) return body;
    return (passed ??= passOn(body, request, watch));
  };
}
