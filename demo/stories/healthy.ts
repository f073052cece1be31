import { createClaudeCode } from '../clients/claude-code.ts';
import { createCorrectClient } from '../clients/correct.ts';
import { connectSdk132, connectSdk2, withClient, type SdkClient } from '../clients/sdk.ts';
import type { Scene } from '../scene.ts';

type Story = (scene: Scene) => Promise<void>;

const CORRECT = { name: 'demo-correct', version: '1.0.0' };

/** A correct client lives through a restart. */
export const recoverAtOnce: Story = async (scene) => {
  const client = createCorrectClient(scene.url, CORRECT);
  await client.connect();
  await scene.show('a correct client connects and calls a tool', client.call(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.show('the client gets 404, initializes and repeats the call', client.call(), 200);
  await scene.pause(30);
  await scene.show('the client calls once more', client.call(), 200);
  await client.quit();
};

/** Claude Code lives through a restart, and takes its time. */
export const recoverOnNextUse: Story = async (scene) => {
  const claudeCode = createClaudeCode(scene.url);
  await claudeCode.connect();
  await scene.show('Claude Code connects and calls a tool', claudeCode.call(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.show('Claude Code calls again and shows the answer to the model', claudeCode.call(), 404);
  await scene.pause(34);
  await scene.show('34 s later Claude Code initializes before its next call', claudeCode.call(), 200);
  await claudeCode.quit();
};

/** The server dies with calls in flight. */
export const dieWithCallsInFlight: Story = async (scene) => {
  const client = createCorrectClient(scene.url, CORRECT);
  await client.connect();
  const cutOff = Promise.allSettled(Array.from({ length: 5 }, () => client.call(30)));
  scene.say('a correct client has five calls in flight');
  await scene.pause(2);
  await scene.restart();
  await cutOff;
  const repeated = Promise.all(Array.from({ length: 5 }, () => client.call()));
  const worst = repeated.then((statuses) => Math.max(...statuses));
  await scene.show(
    'the client repeats all five at once with the dead id, then on one new session',
    worst,
    200,
  );
  await client.quit();
};

/** A session ends as it should. */
export const sayGoodbye: Story = async (scene) =>
  withClient(await connectSdk132(scene.url), async (client) => {
    await scene.show('a program on the SDK connects and calls a tool', client.call(), 200);
    await scene.pause(2);
    await client.leave();
    scene.say('the program ends its session with DELETE');
  });

/** SDK 2 on a server that keeps no sessions. */
export function sdk2On(mode: 'auto' | 'legacy', revision: string): Story {
  return async (scene) =>
    withClient(await connectSdk2(scene.url, mode), (client) => outliveRestart(scene, client, revision));
}

/** SDK 1.32.2 on a server that keeps no sessions. */
export const sdk132OnStateless: Story = async (scene) =>
  withClient(await connectSdk132(scene.url), (client) => outliveRestart(scene, client, '2025-11-25'));

async function outliveRestart(scene: Scene, client: SdkClient, revision: string): Promise<void> {
  if (client.revision !== revision)
    throw new Error(`agreed on ${client.revision}, which should have been ${revision}`);
  await scene.show(`a program on the SDK connects, speaks ${revision} and calls a tool`, client.call(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.show('the program calls again and notices nothing', client.call(), 200);
  await client.leave();
}

/** A program on SDK 2 that builds a new client when a call fails with 404. */
export function sdk2ReplacedOn404(mode: 'auto' | 'legacy'): Story {
  return async (scene) => {
    await withClient(await connectSdk2(scene.url, mode), async (client) => {
      const speaks = `connects, speaks ${client.revision} and calls a tool`;
      await scene.show(`a program on the SDK ${speaks}`, client.call(), 200);
      await scene.pause(2);
      await scene.restart();
      await scene.show('the program calls again', client.call(), 404);
    });
    await withClient(await connectSdk2(scene.url, mode), async (client) => {
      await scene.show('the program builds a new client and repeats the call', client.call(), 200);
      await client.leave();
    });
  };
}
