import { describe, expect, test } from 'vitest';
import { watchWeb, type WebHandler, type WebOptions } from '../../../src/hooks/web/index.ts';
import { CALL } from '../fetch/untouched.ts';
import { record } from '../node-http/recording.ts';
import { answering, URL_TEXT } from './reading.ts';

describe('what fails in the hook', () => {
  const broken = (): never => {
    throw new Error('in the hook');
  };

  test.each<[string, WebOptions]>([
    ['an option that names the target', { target: broken }],
    ['an option that ignores', { ignore: broken }],
    ['an option that tells the address', { address: broken }],
  ])('%s: the request is answered all the same', async (_name, options) => {
    const recording = record();
    const handle: WebHandler = watchWeb(recording, options)(answering);
    const response = await handle(new Request(URL_TEXT, CALL));
    expect(await response.json()).toMatchObject({ result: {} });
    expect(recording.failures).toEqual([{ stage: 'hook', error: new Error('in the hook') }]);
  });

  test('a listener: the request is answered all the same', async () => {
    const recording = record();
    const handle: WebHandler = watchWeb({ ...recording, exchange: broken, streamOpened: broken })(answering);
    expect(await (await handle(new Request(URL_TEXT, CALL))).json()).toMatchObject({ result: {} });
    await expect.poll(() => recording.failures.length).toBe(1);
  });

  test('a clock: the request is answered all the same', async () => {
    const recording = record();
    const handle: WebHandler = watchWeb({ ...recording, now: broken })(answering);
    expect(await (await handle(new Request(URL_TEXT, CALL))).json()).toMatchObject({ result: {} });
    expect(recording.failures.length).toBeGreaterThan(0);
  });
});
