import type { Answer, FaultScripts } from '../script.ts';

const ALREADY: Answer = { status: 400, bodyClass: 'already-initialized' };

export const scripts: FaultScripts = {
  fault: 'double-initialize',
  faulty: [
    {
      name: 'the same handshake twice, and one of the sessions is never used (janhq/jan#8411)',
      closesAfter: 595,
      tell(wire) {
        const client = wire.client();
        client.handshake();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(65);
      },
    },
    {
      name: 'the second of the two is the unused one, 1.9 s later',
      below: 'apartMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(1.9);
        client.handshake();
        client.post('tools/call', session);
        wire.pass(65);
      },
    },
    {
      name: 'the second is refused: already initialized (home-assistant/core#176702)',
      also: ['single-session-server'],
      tell(wire) {
        const client = wire.client('assistant', 'home-assistant');
        const session = client.initialize();
        client.handshake(ALREADY);
        client.post('tools/list', session);
        wire.pass(65);
      },
    },
    {
      name: 'the other session is used only after 62 s',
      above: 'unusedMs',
      tell(wire) {
        const client = wire.client();
        const first = client.handshake();
        const second = client.initialize();
        client.post('tools/call', second);
        wire.pass(62);
        client.post('notifications/initialized', first, { status: 202 });
        client.post('tools/call', first);
      },
    },
  ],
  quiet: [
    {
      name: 'two windows start together, each with a session, and both are used',
      tell(wire) {
        const client = wire.client();
        const first = client.initialize();
        const second = client.initialize();
        client.post('tools/list', first);
        client.post('tools/list', second);
        wire.pass(65);
      },
    },
    {
      name: 'two programs start together, and one of them only looks whether anybody answers',
      tell(wire) {
        wire.client('a probe').handshake();
        const client = wire.client();
        client.post('tools/call', client.initialize());
        wire.pass(65);
      },
    },
    {
      name: 'the first was never answered, and is tried again',
      tell(wire) {
        const client = wire.client();
        client.handshake({ status: 0, ending: 'reset', sessionGiven: undefined });
        client.post('tools/call', client.initialize());
        wire.pass(65);
      },
    },
    {
      name: 'the first was refused, and is tried again',
      tell(wire) {
        const client = wire.client();
        client.handshake({ status: 503, retryAfter: true });
        wire.pass(1);
        client.post('tools/call', client.initialize());
        wire.pass(65);
      },
    },
    {
      name: 'the two lie 2.05 s apart',
      above: 'apartMs',
      tell(wire) {
        const client = wire.client();
        client.handshake();
        wire.pass(2.05);
        client.post('tools/call', client.initialize());
        wire.pass(65);
      },
    },
    {
      name: 'the other session is used after 58 s',
      below: 'unusedMs',
      tell(wire) {
        const client = wire.client();
        const first = client.handshake();
        const second = client.initialize();
        client.post('tools/call', second);
        wire.pass(58);
        client.post('notifications/initialized', first, { status: 202 });
        client.post('tools/call', first);
        wire.pass(10);
      },
    },
    {
      name: 'neither is used: a probe that asks twice',
      tell(wire) {
        const client = wire.client();
        client.handshake();
        client.handshake();
        wire.pass(65);
      },
    },
    {
      name: 'a stateless server gives no ids',
      tell(wire) {
        const client = wire.client();
        client.handshake({ sessionGiven: undefined });
        client.handshake({ sessionGiven: undefined });
        client.post('tools/call', undefined);
        wire.pass(65);
      },
    },
  ],
};
