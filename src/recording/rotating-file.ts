import { appendFileSync, closeSync, openSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';

/** A file of lines that never grows past its limit, never blocks and, once it is made, never throws. */
export interface RotatingFile {
  /** Puts a line behind those that wait to be written. Answers false when there is no room, or no disk. */
  put(line: string): boolean;
  /** Writes what waits, and closes. */
  close(): Promise<void>;
  /** The same at once, for a process that ends. */
  closeSync(): void;
}

/** How a {@link RotatingFile} is kept. */
export interface RotatingFileOptions {
  /** The most that one file may hold, and how many files are kept, the current one among them. */
  readonly fileBytes: number;
  readonly files: number;
  /** The most that may wait to be written. */
  readonly waitingBytes: number;
  readonly now: () => number;
  /** What stands before the lines of a file, and again wherever one is taken up. */
  readonly head: () => string;
  /** So many lines were taken, and could not be written. */
  readonly failed: (lines: number, error: unknown) => void;
}

/** Lines are written together, this long after the first of them, or sooner when so many bytes wait. */
const DELAY_MS = 1000;
const BATCH_BYTES = 256 * 1024;

/** After a failure, how long until the disk is tried again. */
const RETRY_MS = 10_000;

/** For its owner alone: nothing in it is secret, yet who speaks when is nobody else's business. */
const MODE = 0o600;

/** Makes a {@link RotatingFile} that is appended to. Throws when the file cannot be opened. */
export function createRotatingFile(path: string, options: RotatingFileOptions): RotatingFile {
  const { failed, now } = options;
  const waitingBytes = Math.min(options.waitingBytes, options.fileBytes / 2);
  const batchBytes = Math.min(BATCH_BYTES, waitingBytes / 2);
  const disk = createDisk(path, options);
  let waiting: string[] = [];
  let waitingSize = 0;
  let retryAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let closed = false;

  function take(): { lines: number; text: string } {
    const taken = { lines: waiting.length, text: waiting.join('') };
    waiting = [];
    waitingSize = 0;
    return taken;
  }

  async function writeWaiting(): Promise<void> {
    do {
      const { lines, text } = take();
      try {
        await disk.append(text);
      } catch (error) {
        retryAt = now() + RETRY_MS;
        failed(lines, error);
      }
    } while (waiting.length > 0);
  }

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeWaiting().finally(() => (writing = undefined));
  }

  write();
  return {
    put(line) {
      const bytes = Buffer.byteLength(line);
      if (closed || now() < retryAt || waitingSize + bytes > waitingBytes) return false;
      waiting.push(line);
      waitingSize += bytes;
      if (waitingSize >= batchBytes) write();
      else timer ??= setTimeout(write, DELAY_MS).unref();
      return true;
    },
    async close() {
      if (closed) return;
      closed = true;
      // What it was to write may be written already: it would open the file once more.
      clearTimeout(timer);
      for (await writing; waiting.length > 0; await writing) write();
      await disk.close();
    },
    closeSync() {
      if (closed) return;
      closed = true;
      const { lines, text } = take();
      try {
        disk.appendAtOnce(text);
      } catch (error) {
        failed(lines, error);
      }
    },
  };
}

interface Disk {
  append(text: string): Promise<void>;
  appendAtOnce(text: string): void;
  close(): Promise<void>;
}

/** The files themselves. One `append` at a time. */
function createDisk(
  path: string,
  { fileBytes, files, head }: Pick<RotatingFileOptions, 'fileBytes' | 'files' | 'head'>,
): Disk {
  let file: FileHandle | undefined;
  let size = 0;
  /** Whether the head is still to be written to the file that is open. */
  let fresh = true;
  closeSync(openSync(path, 'a', MODE));

  /** A process that was killed in the middle of a line leaves it without an end: hence the line break. */
  const withHead = (text: string): string => (fresh ? `${size === 0 ? '' : '\n'}${head()}${text}` : text);

  async function take(): Promise<FileHandle> {
    if (file !== undefined) return file;
    file = await open(path, 'a', MODE);
    fresh = true;
    size = (await file.stat()).size;
    return file;
  }

  async function letGo(): Promise<void> {
    const before = file;
    file = undefined;
    await before?.close();
  }

  /** `path` becomes `path.1`, that becomes `path.2`, and the oldest is overwritten. */
  async function rotate(): Promise<void> {
    await letGo();
    for (let i = files - 1; i > 0; i--) {
      await rename(i === 1 ? path : `${path}.${i - 1}`, `${path}.${i}`).catch(unlessAbsent);
    }
  }

  return {
    async append(text) {
      try {
        await take();
        if (size > 0 && size + Buffer.byteLength(withHead(text)) > fileBytes) await rotate();
        const whole = await take();
        const written = withHead(text);
        await whole.appendFile(written);
        fresh = false;
        size += Buffer.byteLength(written);
      } catch (error) {
        // What stands there may be half a line: it is taken up anew, with a line break and a head.
        await letGo().catch(() => {});
        throw error;
      }
    },
    appendAtOnce: (text) => appendFileSync(file?.fd ?? path, withHead(text)),
    close: letGo,
  };
}

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
