import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readAnswer } from '../../../../src/exporter/proxy/fast-path/answer.ts';
import { readRequest } from '../../../../src/exporter/proxy/fast-path/request.ts';
import { valueOf } from '../../../../src/exporter/proxy/messages.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const HEADS = 2000;
const PADDING = 'x'.repeat(15_000);
const ID = '4d1d4a1c-3c5e-4a53-8a3f-';

/** Bytes of the heap that are held by what `keep` answers, a head of 15 kB each time. */
function heldBy(keep: (turn: number) => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: HEADS }, (_, turn) => keep(turn));
  collect();
  const held = process.memoryUsage().heapUsed - before;
  expect(kept).toHaveLength(HEADS);
  return held / HEADS;
}

// A reference is remembered with its session id, and the id would hold the whole head if it were a part of its text.
test('a value that is kept does not hold the head of a request', () => {
  const socket = new Socket();
  const held = heldBy((turn) => {
    const bytes = `GET /mcp HTTP/1.1\r\nHost: a\r\nMcp-Session-Id: ${ID}${turn}\r\nX: ${PADDING}\r\n\r\n`;
    const request = readRequest(Buffer.from(bytes), socket);
    return typeof request === 'object' ? valueOf(request.rawHeaders, 'mcp-session-id') : undefined;
  });
  expect(held).toBeGreaterThan(20);
  expect(held).toBeLessThan(500);
});

test('nor that of an answer', () => {
  const held = heldBy((turn) => {
    const bytes = `HTTP/1.1 200 OK\r\nContent-Length: 0\r\nMcp-Session-Id: ${ID}${turn}\r\nX: ${PADDING}\r\n\r\n`;
    const answer = readAnswer(Buffer.from(bytes));
    return typeof answer === 'object' ? valueOf(answer.headers, 'mcp-session-id') : undefined;
  });
  expect(held).toBeGreaterThan(20);
  expect(held).toBeLessThan(500);
});
