import { expect } from 'vitest';
import { trailersOf } from '../../../../../src/exporter/proxy/headers.ts';
import type { Progress } from '../../../../../src/exporter/proxy/fast-path/body.ts';
import type { FastAnswer } from './read-by-fast-path.ts';
import { readAnswerByFastPath } from './read-by-fast-path.ts';
import { readAnswerByNode, type NodeAnswer } from './read-by-node.ts';

/** What the fast path made of an answer: it may leave it to node, or stop somewhere, or have all of it. */
export type Outcome = 'left to node' | 'head under way' | Progress;

/** Reads an answer by the fast path, and by node if that is at all ordinary; throws where they do not agree. */
export async function compareAnswers(pieces: readonly Buffer[]): Promise<Outcome> {
  const read = readAnswerByFastPath(pieces);
  const last = read.at(-1);
  if (last?.head === undefined)
    return last !== undefined && read.length === pieces.length ? 'head under way' : 'left to node';
  const byNode = await readAnswerByNode(pieces);
  read.forEach((fast, i) => compareState(fast, byNode[i] as NodeAnswer));
  return last.progress;
}

/**
 * With `wrong` the answer is broken off, or left to node: nothing of that piece was passed on. What stands `beyond` an
 * answer node takes for the next one, or for an error: both have the same body.
 */
function compareState({ head, body, progress }: FastAnswer, node: NodeAnswer): void {
  if (head === undefined || progress === 'wrong') return;
  if (progress === 'beyond') return expect(node).toMatchObject({ body });
  if (node.failure !== undefined) return compareFailed({ body, progress }, node);
  const { status, reason, headers: rawHeaders, isLast } = head;
  expect(node).toMatchObject({ status, reason, rawHeaders, body, isWhole: progress === 'end' });
  if (progress !== 'end') return;
  expect(node.isKept).toBe(!isLast);
  // The fast path passes trailers on as they are, none of them held back.
  expect(trailersOf(node.trailers)).toEqual(node.trailers);
}

/** Node may see amiss what has no end yet; whatever was passed on before was read by both. */
function compareFailed({ body, progress }: Pick<FastAnswer, 'body' | 'progress'>, node: NodeAnswer): void {
  expect({ progress, failure: node.failure }).toEqual({ progress: 'more', failure: node.failure });
  expect(body).toBe(node.body);
}
