/** How many letters must be put in, left out, changed or swapped to make one word of the other. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (above[j - 1] as number) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, changed);
      row.push(swapped ? Math.min(least, (before[j - 2] as number) + 1) : least);
    }
    [before, above] = [above, row];
  }
  return above[other.length] as number;
}

/** The word on a list that somebody may have meant; undefined when none is near. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  const short = word.slice(0, 100);
  let found: string | undefined;
  // A third of the letters may be wrong: further off it is another word.
  let least = Math.max(1, Math.floor(short.length / 3)) + 1;
  for (const each of words) {
    const apart = distance(short.toLowerCase(), each.toLowerCase());
    if (apart < least) [found, least] = [each, apart];
  }
  return found;
}
