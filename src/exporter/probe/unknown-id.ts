import { randomInt, randomUUID } from 'node:crypto';

/** So many characters are drawn anew: nobody's session is met by chance. */
const DRAWN = 12;

/** Ids that count up, however long they are, are not varied: the next number is somebody's session. */
const VARIABLE = /^(?=.*[a-f])(?=.*\d).*[a-z0-9]/i;

/**
 * An id that no server has given, in the shape of one that it has: some look at the shape alone. Where an id like it
 * might be another client's session, a random UUID.
 */
export function unknownIdLike(id: string): string {
  const drawn = id.split('');
  const places = drawn.flatMap((character, at) => (/[a-z0-9]/i.test(character) ? [at] : [])).slice(-DRAWN);
  if (places.length < DRAWN || !VARIABLE.test(places.map((at) => drawn[at]).join(''))) return randomUUID();
  for (const at of places) drawn[at] = anotherLike(drawn[at] as string);
  return drawn.join('');
}

const ALPHABETS = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEF', 'GHIJKLMNOPQRSTUVWXYZ'] as const;

function anotherLike(character: string): string {
  const alphabet = ALPHABETS.find((letters) => letters.includes(character)) ?? ALPHABETS[0];
  return alphabet[randomInt(alphabet.length)] as string;
}
