import { describe, expect, test } from 'vitest';
import { fetch as packageFetch } from 'undici';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { record } from '../node-http/recording.ts';
import { answered, asked } from '../fetch/untouched-answers.ts';
import { streamed, unanswered, writtenTo } from '../fetch/untouched-streams.ts';
import { testUntouched, type Hook } from '../fetch/untouched.ts';

/** Where `watchFetch` tells another ending, or another number of exchanges. */
const endings: Hook['endings'] = {
  // Each request that went out is told.
  'a redirect that is followed': ['complete', 'complete'],
  // What fetch refuses to send is none.
  'that fetch refuses': [],
  'aborted before it was sent': [],
  'to a port that is barred': [],
};

const withBuiltIn: Hook = {
  send: fetch,
  watch: (recording) => ({ send: fetch, stop: watchUndici(recording) }),
  endings,
};

const send = packageFetch as unknown as typeof fetch;
const withPackage: Hook = {
  send,
  watch: (recording) => ({ send, stop: watchUndici(recording) }),
  // The package does not know the requests that are built into Node, and sends none.
  endings: { ...endings, 'of a Request': [], 'of a Request, with more to it': [] },
};

const { 'aborted unread, and read then': _ofARequest, ...streamedOtherwise } = streamed;

describe.each([
  { name: 'the fetch built into Node', hook: withBuiltIn, streams: streamed },
  { name: 'the fetch of the undici package', hook: withPackage, streams: streamedOtherwise },
])('with $name', ({ hook, streams }) => {
  describe('without and with the hook the answer is the same', () => testUntouched(hook, answered));
  describe('without and with the hook the request is the same', () => testUntouched(hook, asked));
  describe('without and with the hook a stream is the same', () => testUntouched(hook, streams));
  describe('without and with the hook a request without an answer is the same', () =>
    testUntouched(hook, unanswered));

  test('a stream that is read slowly waits in the server, with the hook too', async () => {
    const without = await writtenTo(hook.send);
    const stop = watchUndici(record());
    const within = await writtenTo(hook.send);
    stop();
    expect(within).toBeGreaterThan(0);
    // What the kernel takes differs from run to run; a reader that runs ahead would take tens of times as much.
    expect(within).toBeLessThan(2 * without + 1024 * 1024);
  });
});
