import { clearTimeout, setTimeout } from 'node:timers';
import { ANSWER_PREFIX_LENGTH } from '../../exchange/index.ts';

/** An answer of which nothing comes for so long is told by what there is: its source waits for us before it may stop. */
const WAIT_MS = 1000;

/**
 * Reads the beginning of an answer from a copy, part by part, and lets go of the copy: what is read ahead of whoever
 * the answer is for is no more than the beginning and the rest of a part. Never rejects but for what `note` throws.
 */
export async function readBeginning(answer: Response, note: (chunk: Uint8Array) => void): Promise<void> {
  const reader = answer.clone().body?.getReader();
  if (reader === undefined) return;
  const letGo = (): void => void reader.cancel().catch(() => {});
  const timer = setTimeout(letGo, WAIT_MS).unref();
  try {
    for (let length = 0; length < ANSWER_PREFIX_LENGTH;) {
      const { done, value } = await reader.read();
      if (done) return;
      note(value);
      length += value.length;
    }
  } catch {
    // It broke off, as it does for whoever the answer is for.
  } finally {
    clearTimeout(timer);
    letGo();
  }
}
