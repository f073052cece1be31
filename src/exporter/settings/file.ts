import { readFileSync, statSync } from 'node:fs';
import type * as Yaml from 'yaml';
import { isMapping } from './given.ts';
import { notAllowed, word, type Problem } from './problem.ts';
import { yaml } from './yaml.ts';

/** What a file says, and where in it. */
export interface FileSaid {
  /** The whole, as plain values; a key without a value is left out. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** The place of a value, or of the key that leads to it, as in `settings.yaml:3:7`. */
  place(path: readonly PropertyKey[], part?: 'key'): { readonly text: string; readonly at: number };
}

/** A file of settings is a few pages; this is some thousands. */
const MOST_BYTES = 1_048_576;

/** What is read where there is no file. */
export const NO_FILE: FileSaid = { value: {}, problems: [], place: () => ({ text: '', at: -1 }) };

/** Reads a file of settings. Never throws: what is wrong with it is among the problems. */
export function readFile(file: string): FileSaid {
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES)
      return unreadable(
        `${file}: ${size} bytes are too many; it must be a file of settings of at most ${MOST_BYTES}`,
      );
    return readText(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'it may not be read',
      EISDIR: 'it is a folder',
    };
    return unreadable(`${file}: ${reasons[code] ?? `it could not be read (${code})`}`);
  }
}

function unreadable(line: string): FileSaid {
  return { ...NO_FILE, problems: [{ line, at: -1 }] };
}

/** Reads the text of a file of settings, which is called `file` in problems. */
export function readText(text: string, file: string): FileSaid {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  // Its own way to tell errors quotes the file, which may hold secrets.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const placeAt = (at: number): string => {
    const { line, col } = lines.linePos(at);
    return `${file}:${line}:${col}`;
  };
  const wrong = [...document.errors, ...document.warnings].map(({ code, message, pos: [at] }) => {
    const reason =
      code === 'MULTIPLE_DOCS'
        ? 'a second document begins here'
        : `this is not YAML: ${withoutQuotes(message)}`;
    return { line: `${placeAt(at)}: ${reason}`, at };
  });
  const problems = wrong.length > 0 ? wrong : keyProblems(document, placeAt);
  if (problems.length > 0) return { ...NO_FILE, problems };
  const plain = plainValue(document, placeAt(document.contents?.range?.[0] ?? 0));
  if ('problem' in plain) return unreadable(plain.problem);
  return {
    value: plain.value,
    problems: [],
    place(path, part) {
      const at = offsetOf(document, path, part === 'key');
      return { text: placeAt(at), at };
    },
  };
}

/** What follows a colon quotes the file. */
function withoutQuotes(message: string): string {
  return (message.split('\n', 1)[0] as string).replace(/(?<=[\w)]):\s.*$/, '');
}

/** Keys are words: a list as a key, or `__proto__`, has no meaning anywhere. */
function keyProblems(document: Yaml.Document, placeAt: (at: number) => string): Problem[] {
  const { isNode, isScalar, visit } = yaml();
  const problems: Problem[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value !== '__proto__') return;
      const at = isNode(key) ? (key.range?.[0] ?? 0) : 0;
      const name = isScalar(key) ? word(String(key.value)) : 'this';
      problems.push({ line: `${placeAt(at)}: ${name} is not allowed as a key; it must be a name`, at });
    },
  });
  return problems;
}

type Plain = { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: string };

function plainValue(document: Yaml.Document, place: string): Plain {
  try {
    const value: unknown = document.toJS() ?? {};
    if (!isMapping(value)) return { problem: notAllowed(place, value, 'a mapping of settings') };
    // An anchor inside of what it names has no end.
    JSON.stringify(value);
    return { value: withoutNothing(value) as Readonly<Record<string, unknown>> };
  } catch {
    return { problem: `${place}: its aliases name themselves, or are too many` };
  }
}

/** `port:` with nothing behind it is as if it did not stand there. */
function withoutNothing(value: unknown): unknown {
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNothing(each)]));
}

/** Where the value at `path` begins, or the innermost thing around it that is there. */
function offsetOf(document: Yaml.Document, path: readonly PropertyKey[], isKey: boolean): number {
  const { isAlias, isCollection, isMap, isNode, isScalar } = yaml();
  const nameOf = ({ key }: Yaml.Pair): string => (isScalar(key) ? String(key.value) : '');
  let node: unknown = document.contents;
  let at = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [i, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) return at;
    const pair = isMap(node) ? node.items.find((each) => nameOf(each) === String(step)) : undefined;
    const next: unknown = pair === undefined ? node.get(step, true) : pair.value;
    const shown = (isKey && i === path.length - 1) || !isNode(next) ? pair?.key : next;
    if (isNode(shown)) at = shown.range?.[0] ?? at;
    node = next;
  }
  return at;
}
