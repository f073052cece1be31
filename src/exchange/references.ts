import { createHmac, randomBytes } from 'node:crypto';

/** A keyed hash that stands for a session id, a credential or a peer. Twelve hexadecimal digits. */
export type Reference = string;

/** Stands for no credential at all. */
export const ANONYMOUS: Reference = '000000000000';

/** Turns secrets into {@link Reference}s at the edge, so that nothing further in ever holds the secret. */
export interface References {
  /** The reference of `secret`: the same one for the same secret and key, on whatever machine. */
  of(secret: string): Reference;
  /** The same, for what must not be remembered. */
  once(secret: string): Reference;
}

/** How {@link createReferences} hashes. */
export interface ReferenceOptions {
  /** Key of the hash. Processes that share it give the same session the same reference. Default: random. */
  readonly key?: string | undefined;
  /** How many secrets are remembered with their reference, so that a busy session is hashed once. Default 10,000. */
  readonly remembered?: number;
}

/** A longer secret is hashed each time and not remembered: what a stranger sends must not fill the memory. */
const REMEMBERED_LENGTH = 2048;

/** Makes a {@link References}: HMAC-SHA-256 cut to 48 bits, with a bounded memory of recent answers. */
export function createReferences(options: ReferenceOptions = {}): References {
  const { key = randomBytes(32).toString('hex'), remembered = 10_000 } = options;
  // Two generations instead of a moved entry per hit: a secret used since the last turn survives the next one.
  let young = new Map<string, Reference>();
  let old = new Map<string, Reference>();

  function remember(secret: string, reference: Reference): void {
    if (young.size >= remembered / 2) {
      old = young;
      young = new Map();
    }
    young.set(secret, reference);
  }

  return {
    of(secret) {
      const known = young.get(secret);
      if (known !== undefined) return known;
      const reference = old.get(secret) ?? hash(key, secret);
      if (secret.length <= REMEMBERED_LENGTH) remember(secret, reference);
      return reference;
    },
    once: (secret) => hash(key, secret),
  };
}

function hash(key: string, secret: string): Reference {
  return createHmac('sha256', key).update(secret).digest('hex').slice(0, 12);
}
