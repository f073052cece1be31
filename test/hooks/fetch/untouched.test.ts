import { describe, expect, test } from 'vitest';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { record } from '../node-http/recording.ts';
import { answered, asked } from './untouched-answers.ts';
import { streamed, unanswered, writtenTo } from './untouched-streams.ts';
import { testUntouched, type Hook } from './untouched.ts';

const hook: Hook = {
  send: fetch,
  watch: (recording) => ({ send: watchFetch(recording)(fetch), stop: () => {} }),
};

describe('without and with the hook the answer is the same', () => testUntouched(hook, answered));
describe('without and with the hook the request is the same', () => testUntouched(hook, asked));
describe('without and with the hook a stream is the same', () => testUntouched(hook, streamed));
describe('without and with the hook a request without an answer is the same', () =>
  testUntouched(hook, unanswered));

test('a stream that is read slowly waits in the server, with the hook too', async () => {
  const without = await writtenTo(fetch);
  const within = await writtenTo(watchFetch(record())(fetch));
  expect(within).toBeGreaterThan(0);
  // What the kernel takes differs from run to run; a reader that runs ahead would take tens of times as much.
  expect(within).toBeLessThan(2 * without + 1024 * 1024);
});
