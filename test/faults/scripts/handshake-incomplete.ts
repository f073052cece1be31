import type { FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'handshake-incomplete',
  faulty: [
    {
      name: 'it works on and on, and never says that it is initialized (supergateway#14)',
      tell(wire) {
        const client = wire.client('bot', 'librechat');
        const session = client.handshake();
        client.post('tools/list', session);
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', session);
          wire.pass(15);
        }
      },
    },
    {
      name: 'the notification comes after 31 s',
      above: 'lateMs',
      tell(wire) {
        const client = wire.client();
        const session = client.handshake();
        client.post('tools/call', session);
        wire.pass(31);
        client.post('notifications/initialized', session, { status: 202 });
        client.post('tools/call', session);
      },
    },
    {
      name: 'its first call comes a minute after the handshake',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.handshake();
        wire.pass(60);
        client.post('tools/call', session);
      },
    },
  ],
  quiet: [
    {
      name: 'the notification comes after 29 s',
      below: 'lateMs',
      tell(wire) {
        const client = wire.client();
        const session = client.handshake();
        client.post('tools/call', session);
        wire.pass(29);
        client.post('notifications/initialized', session, { status: 202 });
        wire.pass(120);
        client.post('tools/call', session);
      },
    },
    {
      name: 'a race: calls sent in parallel overtake the notification by a second',
      tell(wire) {
        const client = wire.client();
        const session = client.handshake();
        client.post('tools/list', session);
        client.post('tools/call', session);
        wire.pass(1);
        client.post('notifications/initialized', session, { status: 202 });
        wire.pass(60);
        client.post('tools/call', session);
      },
    },
    {
      name: 'the notification comes in one body with the first request',
      tell(wire) {
        const client = wire.client();
        const session = client.handshake();
        client.post('notifications/initialized', session, {
          rpcMethods: ['notifications/initialized', 'tools/list'],
        });
        wire.pass(60);
        client.post('tools/call', session);
      },
    },
    {
      name: 'the handshake was before the watch began',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', 'feedfacecafe');
          wire.pass(20);
        }
      },
    },
    {
      name: 'a health check opens a session and pings it',
      tell(wire) {
        const client = wire.client();
        const session = client.handshake();
        for (let i = 0; i < 4; i++) {
          wire.pass(20);
          client.post('ping', session);
        }
        client.delete(session, { status: 204 });
      },
    },
    {
      name: 'a stateless server gives no id',
      tell(wire) {
        const client = wire.client();
        client.handshake({ sessionGiven: undefined });
        for (let i = 0; i < 3; i++) {
          wire.pass(20);
          client.post('tools/call', undefined);
        }
      },
    },
  ],
};
