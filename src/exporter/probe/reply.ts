/** The answer to a request, as far as the probe looks at it. */
export interface Reply {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code?: unknown };
}

/** Reads the answer to a request out of a body that comes in parts. */
export interface ReplyReader {
  take(part: string): void;
  /** The first message with a result or an error; nothing as long as it is not whole. */
  reply(): Reply | undefined;
}

/** Makes the {@link ReplyReader} of a JSON body: it is whole when all has come. */
export function createJsonReader(): ReplyReader {
  let text = '';
  return {
    take: (part) => void (text += part),
    reply: () => replyOf(text),
  };
}

/** Makes that of an event stream: each event is looked at once, when it is whole. */
export function createStreamReader(): ReplyReader {
  let rest = '';
  let found: Reply | undefined;
  return {
    take(part) {
      if (found !== undefined) return;
      // The end of an event may come in two parts.
      const from = Math.max(0, rest.length - 3);
      rest += part;
      const end = endOfEvents(rest.slice(from));
      if (end === 0) return;
      found = replyIn(rest.slice(0, from + end));
      rest = rest.slice(from + end);
    },
    reply: () => found,
  };
}

const BETWEEN_EVENTS = /\r?\n\r?\n/;

/** Where the last whole event ends; 0 when none does. */
function endOfEvents(text: string): number {
  return Math.max(behindLast(text, '\n\n'), behindLast(text, '\r\n\r\n'));
}

function behindLast(text: string, mark: string): number {
  const at = text.lastIndexOf(mark);
  return at === -1 ? 0 : at + mark.length;
}

function replyIn(events: string): Reply | undefined {
  for (const event of events.split(BETWEEN_EVENTS)) {
    const reply = replyOf(dataOf(event));
    if (reply !== undefined) return reply;
  }
  return undefined;
}

function dataOf(event: string): string {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.slice('data:'.length)).join('\n');
}

function replyOf(text: string): Reply | undefined {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return 'result' in value || 'error' in value ? (value as Reply) : undefined;
  } catch {
    return undefined;
  }
}
