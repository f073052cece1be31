import { readAnswer, type OrdinaryAnswer } from '../../../../../src/exporter/proxy/fast-path/answer.ts';
import {
  readerOf,
  type BodyReader,
  type Progress,
} from '../../../../../src/exporter/proxy/fast-path/body.ts';

/** How far the fast path has come with an answer. */
export interface FastAnswer {
  /** Nothing as long as it is not all there. */
  readonly head: OrdinaryAnswer | undefined;
  readonly body: string;
  readonly progress: Progress;
}

/** Reads an answer as the relay does; answers how far it has come after each piece, and ends where it
 * leaves it to node, or has all. */
export function readAnswerByFastPath(pieces: readonly Buffer[]): FastAnswer[] {
  const states: FastAnswer[] = [];
  const parts: Buffer[] = [];
  let before = Buffer.alloc(0);
  let head: OrdinaryAnswer | undefined;
  let reader: BodyReader | undefined;
  for (const piece of pieces) {
    let rest: Buffer = piece;
    if (head === undefined) {
      before = Buffer.concat([before, piece]);
      const answer = readAnswer(before);
      if (answer === undefined) return states;
      if (answer !== 'incomplete') {
        head = answer;
        reader = readerOf(answer.framing);
        rest = before.subarray(answer.length);
      }
    }
    const progress = reader?.read(rest, parts) ?? 'more';
    states.push({ head, body: Buffer.concat(parts).toString('latin1'), progress });
    if (progress !== 'more') return states;
  }
  return states;
}
