import { randomBytes } from 'node:crypto';
import type { Listener } from '../exchange/index.ts';
import { VERSION } from '../version.ts';
import { FORMAT, FORMAT_VERSION, type Told } from './fields.ts';
import { headerLineOf, LINE_LENGTH, lineOf, type RecordType } from './lines.ts';
import { createRotatingFile } from './rotating-file.ts';

/** How {@link recordTo} keeps its files. Every option has a default. */
export interface RecordingOptions {
  /** The most that one file may hold, in bytes. Default: 64 MiB. */
  readonly fileBytes?: number;
  /** How many files are kept, the current one among them; the older ones end in `.1`, `.2`, … Default: 4. */
  readonly files?: number;
  /** The most that may wait for a slow disk, in bytes; what comes then is lost, and counted. Default: 4 MiB. */
  readonly waitingBytes?: number;
  /** What the recording is about, in a person's words. */
  readonly about?: string;
  /** Ids of the faults that a replay must find, and no others, for a corpus. */
  readonly expect?: readonly string[];
}

/** A listener that passes on all it hears, and records it. */
export interface Recorder extends Listener {
  /** Writes what waits and ends the recording. What is heard later is passed on all the same. */
  close(): Promise<void>;
}

const MIB = 1024 * 1024;

const BEHIND = 'the recording falls behind, its disk is too slow or failing: records are lost';

/**
 * Records what `listener` is told, as lines of JSON in `file`, and passes it on. The listener is told first, and
 * never waits: what the disk cannot take is lost, told once as a failure, and noted in the recording. Throws a
 * RangeError when the file cannot be written, or an option is not allowed.
 */
export function recordTo(listener: Listener, file: string, options: RecordingOptions = {}): Recorder {
  const { fileBytes = 64 * MIB, files = 4, waitingBytes = 4 * MIB, about = '', expect } = options;
  checkWhole('fileBytes', fileBytes, 4 * LINE_LENGTH);
  checkWhole('files', files, 2);
  checkWhole('waitingBytes', waitingBytes, LINE_LENGTH);
  const run = randomBytes(6).toString('hex');
  const startedAt = listener.now();
  const headAt = (at: number): string =>
    headerLineOf({
      format: FORMAT,
      version: FORMAT_VERSION,
      run,
      startedAt,
      at,
      by: `mcp-session-exporter ${VERSION}`,
      about,
      expect,
    });
  headAt(startedAt);
  let lost = 0;
  let behind = false;
  let ended = false;
  const sink = opened(file, () =>
    createRotatingFile(file, {
      fileBytes,
      files,
      waitingBytes,
      now: listener.now,
      head: () => headAt(listener.now()),
      failed: lose,
    }),
  );

  /** Told once for every gap: a full disk must not become a flood of messages as well. */
  function lose(records: number, error: unknown): void {
    if (!behind) listener.failed('signal', error);
    behind = true;
    lost += records;
  }

  function put<Type extends RecordType>(type: Type, of: Told[Type]): void {
    if (ended) return;
    try {
      const line = lineOf(type, of);
      const gap = lost === 0 ? '' : lineOf('gap', { lost, at: listener.now() });
      if (!sink.put(gap + line)) return lose(1, new Error(BEHIND));
      lost = 0;
      behind = false;
    } catch (error) {
      lose(1, error);
    }
  }

  function end(): void {
    process.off('exit', atExit);
    put('end', { at: listener.now() });
    ended = true;
  }

  function atExit(): void {
    end();
    sink.closeSync();
  }

  process.once('exit', atExit);
  return {
    now: listener.now,
    references: listener.references,
    exchange(exchange) {
      listener.exchange(exchange);
      put('exchange', exchange);
    },
    streamOpened(stream) {
      listener.streamOpened(stream);
      put('stream', stream);
    },
    connection(change) {
      listener.connection(change);
      put('connection', { ...change, at: listener.now() });
    },
    operation: (operation) => listener.operation?.(operation),
    upstream: (change) => listener.upstream?.(change),
    get wantsCalls() {
      return listener.wantsCalls ?? false;
    },
    get tracing() {
      return listener.tracing;
    },
    failed: (stage, error) => listener.failed(stage, error),
    async close() {
      end();
      await sink.close();
    },
  };
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${name}: ${value} is not allowed; it must be a whole number from ${least}`);
}

function opened<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new RangeError(
      `record: ${JSON.stringify(file)} cannot be written (${code}); it must be the path of a file in a folder that can be written to`,
      { cause: error },
    );
  }
}
