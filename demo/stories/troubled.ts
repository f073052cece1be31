import { createCorrectClient } from '../clients/correct.ts';
import { createCursor } from '../clients/cursor-1-6.ts';
import {
  createForgetfulClient,
  createHeaderlessClient,
  createLeavingClient,
  createStormingClient,
} from '../clients/faulty.ts';
import { connectSdk129, connectSdk132, withClient, type SdkClient } from '../clients/sdk.ts';
import type { Scene } from '../scene.ts';

type Story = (scene: Scene) => Promise<void>;

/** Cursor lives through a restart of a server that answers a dead id with `status`. */
export function cursorOn(status: number): Story {
  return async (scene) => {
    const cursor = createCursor(scene.url);
    await cursor.switchOn();
    await scene.show('Cursor connects and calls a tool', cursor.call(), 200);
    await scene.pause(2);
    await scene.restart();
    await scene.show('Cursor tries twice to reopen its stream', cursor.reopenStream(), status);
    await scene.show('Cursor repeats the dead id', cursor.call(), status);
    scene.say('Cursor goes on like that, with every call, for 35 s');
    for (let call = 0; call < 7; call++) {
      await scene.pause(5);
      await insist(cursor.call(), status);
    }
    await cursor.switchOff();
    await cursor.switchOn();
    await scene.show(
      'a person switches the server off and on in Cursor, which calls again',
      cursor.call(),
      200,
    );
    await cursor.switchOff();
  };
}

/** A program on SDK 1.29.0 lives through a restart. */
export const sdk129KeepsCalling: Story = async (scene) =>
  withClient(await connectSdk129(scene.url), (client) => keepCalling(scene, client, 400));

/** A program on SDK 1.32.2 lives through a restart. */
export const sdk132KeepsCalling: Story = async (scene) =>
  withClient(await connectSdk132(scene.url), (client) => keepCalling(scene, client, 404));

async function keepCalling(scene: Scene, client: SdkClient, status: number): Promise<void> {
  await scene.show('a program on the SDK connects and calls a tool', client.call(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.pause(1);
  await scene.show('the program calls again; the SDK sends the dead id', client.call(), status);
  scene.say('the program goes on like that for 35 s');
  for (let call = 0; call < 7; call++) {
    await scene.pause(5);
    await insist(client.call(), status);
  }
}

/** A logged-in client is refused, and accepted when a person reconnects it. */
export const reconnectAfter401: Story = async (scene) => {
  const introduction = {
    name: 'codex-mcp-client',
    version: '0.104.0',
    userAgent: 'codex-mcp-client/0.104.0',
  };
  const client = createCorrectClient(scene.url, { ...introduction, token: crypto.randomUUID() });
  await client.connect();
  await scene.show('a logged-in client connects and calls a tool', client.call(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.show('the client calls with its id and its good token', client.call(), 401);
  await scene.pause(3);
  await client.connect();
  await scene.show('a person reconnects it: the same token opens a new session', client.call(), 200);
  await client.quit();
};

const CORRECT = { name: 'demo-correct', version: '1.0.0' };

/** Calls go into a 200 that tells of the death in an event. */
export const callIntoMask: Story = async (scene) => {
  const client = createCorrectClient(scene.url, CORRECT);
  await client.connect();
  await scene.show('a correct client connects and calls a tool', client.call(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.show('the client calls again; "Session not found" comes as a success', client.call(), 200);
  await scene.pause(3);
  await client.connect();
  await scene.show('a person reconnects it', client.call(), 200);
  await client.quit();
};

/** A listing goes into a 200 that tells of the death in the answer to it. */
export const listIntoMask: Story = async (scene) => {
  const client = createCorrectClient(scene.url, CORRECT);
  await client.connect();
  await scene.show('a correct client connects and lists the tools', client.list(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.show('the client lists again; "Session not found" comes as a success', client.list(), 200);
  await scene.pause(3);
  await client.connect();
  await scene.show('a person reconnects it', client.list(), 200);
  await client.quit();
};

/** The client forgets the dead id and goes on without one. */
export const goOnHeaderless: Story = async (scene) => {
  const client = createHeaderlessClient(scene.url);
  await client.connect();
  await scene.show('a client connects and calls a tool', client.call(), 200);
  await scene.pause(2);
  await scene.restart();
  await scene.show('the client calls again, and drops the dead id', client.call(), 404);
  scene.say('the client goes on for 35 s, without an id and without a handshake');
  for (let call = 0; call < 7; call++) {
    await scene.pause(5);
    await insist(client.call(), 400);
  }
};

/** A client begins session after session. */
export const storm: Story = async (scene) => {
  const client = createStormingClient(scene.url);
  scene.say('a client reconnects every two seconds though nothing is wrong, and uses none of its sessions');
  for (let handshake = 0; handshake < 8; handshake++) {
    await client.reconnect();
    await scene.pause(2);
  }
};

/** The SDK's own client opens the listening stream again and again. */
export const loopOnPlainText: Story = async (scene) =>
  withClient(await connectSdk132(scene.url), async (client) => {
    await scene.show('a program on the SDK connects and calls a tool', client.call(), 200);
    scene.say('its listening stream ends at once, and the SDK opens it again every second');
    await scene.pause(14);
    await client.leave();
  });

/** Handshakes whose ids never come back. */
export const neverEcho: Story = async (scene) => {
  const client = createForgetfulClient(scene.url);
  for (let attempt = 0; attempt < 3; attempt++) {
    await scene.show(
      'claude.ai initializes, then calls a tool without the id it was given',
      client.tryOnce(),
      400,
    );
    await scene.pause(2);
  }
};

/** Sessions that nobody ends. */
export const leaveBehind: Story = async (scene) => {
  const client = createLeavingClient(scene.url);
  for (let session = 0; session < 12; session++) await insist(client.workOnce(), 200);
  scene.say('twelve sessions did their work and were left behind without a DELETE');
};

/** Goes on in silence, as long as the answer stays the same. */
async function insist(answered: Promise<number>, wanted: number): Promise<void> {
  const status = await answered;
  if (status !== wanted) throw new Error(`answered ${status}, which should have been ${wanted}`);
}
