import { createReadStream } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Hands over every line of a file with its number, from 1; undefined stands for a line longer than `limit`
 * characters, which is passed over without being kept. Answers when `line` wants no more, or the file is over.
 * Rejects when the file cannot be read. It waits once for each chunk: a promise for each line would cost more than
 * to understand it.
 */
export async function readLines(
  file: string,
  limit: number,
  line: (text: string | undefined, number: number) => boolean,
): Promise<void> {
  const chunks = createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK_BYTES });
  let rest = '';
  let tooLong = false;
  let number = 0;

  function tell(text: string): boolean {
    const whole = tooLong || text.length > limit ? undefined : text;
    tooLong = false;
    return line(whole, ++number);
  }

  for await (const chunk of chunks as AsyncIterable<string>) {
    let from = 0;
    for (let to = chunk.indexOf('\n'); to !== -1; to = chunk.indexOf('\n', from)) {
      const text = from === 0 && rest !== '' ? rest + chunk.slice(0, to) : chunk.slice(from, to);
      if (from === 0) rest = '';
      from = to + 1;
      if (!tell(text)) return;
    }
    rest += chunk.slice(from);
    if (rest.length > limit) {
      tooLong = true;
      rest = '';
    }
  }
  if (rest !== '' || tooLong) tell(rest);
}
