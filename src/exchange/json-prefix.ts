/** Where a top-level member of a JSON object was found: its key, and the offset at which its value starts. */
type Visit = (key: string, valueAt: number) => boolean;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Walks the members of the outermost JSON objects in `text` (the object itself, or the elements of a batch)
 * until `visit` answers true. The text may be cut off anywhere or not be JSON at all: the walk then just ends.
 * One pass, no allocation besides the keys of the outer level.
 */
export function eachTopLevelMember(text: string, from: number, visit: Visit): void {
  const start = skipSpace(text, from);
  const home = text[start] === '[' ? 2 : 1;
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = endOfString(text, i);
        if (depth === home) {
          const colon = skipSpace(text, end);
          if (text[colon] === ':' && visit(text.slice(i + 1, end - 1), skipSpace(text, colon + 1))) return;
        }
        i = end - 1;
        break;
      }
      case 123: // {
      case 91: // [
        depth++;
        break;
      case 125: // }
      case 93: // ]
        if (--depth <= 0) return;
    }
  }
}

/** Reads the JSON string that starts at `at`, or nothing when there is no whole string. */
export function stringAt(text: string, at: number): string | undefined {
  if (text.charCodeAt(at) !== QUOTE) return undefined;
  const end = endOfString(text, at);
  if (end > text.length || text.charCodeAt(end - 1) !== QUOTE || end - at < 2) return undefined;
  return text.slice(at + 1, end - 1);
}

/** Where the object or array that starts at `at` ends; nothing when it is neither, or cut off. */
export function endOfNested(text: string, at: number): number | undefined {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i) - 1;
    else if (code === 123 || code === 91) depth++;
    else if ((code === 125 || code === 93) && --depth === 0) return i + 1;
    if (depth === 0) return undefined;
  }
  return undefined;
}

function endOfString(text: string, quoteAt: number): number {
  for (let i = quoteAt + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i + 1;
    if (code === BACKSLASH) i++;
  }
  return text.length + 1;
}

function skipSpace(text: string, from: number): number {
  let i = from;
  while (i < text.length && text.charCodeAt(i) <= 32) i++;
  return i;
}
