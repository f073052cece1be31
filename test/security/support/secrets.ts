import { createHash } from 'node:crypto';

/** Names of what is planted, each a text that occurs nowhere else. */
const NAMES = [
  'session',
  'bearer',
  'refusedToken',
  'cookie',
  'apiKey',
  'basic',
  'query',
  'argument',
  'result',
  'tool',
  'prompt',
  'resource',
  'method',
  'version',
  'clientName',
  'clientVersion',
  'serverName',
  'userAgent',
  'eventId',
  'lastEvent',
  'baggage',
  'malformed',
  'realm',
  'referer',
  'probeHeader',
  'key',
] as const;

/** Where a secret is planted. */
export type SecretName = (typeof NAMES)[number];

/** What no output may hold. Each begins with a letter and is one word, so that it fits wherever it is put. */
export const SECRETS = Object.fromEntries(
  NAMES.map((name) => [
    name,
    `s${createHash('sha256').update(`planted ${name}`).digest('hex').slice(0, 23)}`,
  ]),
) as Readonly<Record<SecretName, string>>;

/** The address that a proxy in front has seen; it is a fact about a person. */
export const ADDRESS = '198.51.100.23';

/** The secrets that stand in a text, as they are or in another writing: base64, percent signs, capitals, backwards. */
export function secretsIn(text: string): string[] {
  const small = text.toLowerCase();
  const found = NAMES.filter((name) =>
    writingsOf(SECRETS[name]).some((writing) => isIn(writing, text, small)),
  );
  return small.includes(ADDRESS) ? [...found, 'address'] : found;
}

interface Writing {
  readonly text: string;
  readonly exact: boolean;
}

function isIn({ text, exact }: Writing, whole: string, small: string): boolean {
  return exact ? whole.includes(text) : small.includes(text);
}

function writingsOf(secret: string): Writing[] {
  const backwards = secret.split('').toReversed().join('');
  const plain = [secret, backwards, Buffer.from(secret).toString('hex')].map((text) => ({
    text,
    exact: false,
  }));
  // Base64 writes three bytes as four letters: what it looks like depends on where it begins.
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.from(' '.repeat(shift) + secret).toString('base64');
    return { text: text.slice(shift === 0 ? 0 : 4, 28), exact: true };
  });
  return [...plain, ...shifted];
}
