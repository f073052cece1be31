import { FORMAT_VERSION, type Header } from './fields.ts';
import { LINE_LENGTH, readLine, type Line } from './lines.ts';
import { readLines } from './read-lines.ts';

/** A line that could not be understood, or a file that could not be read. */
export interface Damage {
  readonly file: string;
  /** From 1; 0 stands for the file itself. */
  readonly line: number;
  /** What is wrong, and what is allowed. */
  readonly reason: string;
}

/** A line that tells what happened. */
export type Happening = Exclude<Line, { readonly type: 'header' | 'foreign' }>;

/** Who is told what stands in a recording. */
export interface Reader {
  header(header: Header): void;
  record(happening: Happening): void;
  damaged(damage: Damage): void;
}

/**
 * Reads a recording line by line. What is damaged or foreign is told with its place, and the rest is still read;
 * only behind a header of another version is nothing read, up to the next header.
 */
export async function readRecording(file: string, reader: Reader): Promise<void> {
  let state: 'nothing' | 'ours' | 'foreign' = 'nothing';
  const damaged = (line: number, reason: string): void => reader.damaged({ file, line, reason });

  function understood(text: string | undefined, number: number): Line | undefined {
    try {
      if (text === undefined)
        throw new RangeError(`it is too long; a line may have ${LINE_LENGTH} characters`);
      return text.trim() === '' ? undefined : readLine(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (state !== 'foreign') damaged(number, error.message);
      return undefined;
    }
  }

  function take(line: Line, number: number): void {
    if (line.type === 'foreign') {
      state = 'foreign';
      return damaged(
        number,
        `here begins version ${line.of} of the format; this program reads ${FORMAT_VERSION}, and passes over what follows`,
      );
    }
    if (line.type === 'header') {
      state = 'ours';
      return reader.header(line.of);
    }
    if (state === 'nothing') damaged(number, 'no header stands before it; a recording begins with one');
    if (state !== 'foreign') reader.record(line);
    if (state === 'nothing') state = 'ours';
  }

  try {
    await readLines(file, LINE_LENGTH, (text, number) => {
      const line = understood(text, number);
      if (line !== undefined) take(line, number);
      return true;
    });
  } catch (error) {
    damaged(0, unreadable(error));
  }
}

/** The first header of a recording; undefined when it does not begin with one. */
export async function firstHeaderOf(file: string): Promise<Header | undefined> {
  let header: Header | undefined;
  try {
    await readLines(file, LINE_LENGTH, (text = '') => {
      const line = text.trim() === '' ? undefined : readLine(text);
      if (line?.type === 'header') header = line.of;
      return text.trim() === '';
    });
  } catch {
    // Whatever is wrong is told when the file is read.
  }
  return header;
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** Throws what is no fault of the file. */
function unreadable(error: unknown): string {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  return UNREADABLE[code] ?? `it cannot be read (${code})`;
}
