import { DEAD_404, type Answer, type FaultScripts } from '../script.ts';

const TAKEN: Answer = { status: 400, bodyClass: 'already-initialized', errorUnaddressed: true };

export const scripts: FaultScripts = {
  fault: 'single-session-server',
  faulty: [
    {
      name: 'the second client is told that the server is initialized already (dynatrace-mcp#134)',
      closesAfter: 600,
      tell(wire) {
        const first = wire.client('first');
        const session = first.initialize();
        first.post('tools/call', session);
        wire.pass(60);
        wire.client('second').initialize(TAKEN);
        first.post('tools/call', session);
      },
    },
    {
      name: 'the first client has left, and nobody gets in any more (qwen-code#9962)',
      tell(wire) {
        const first = wire.client('first');
        const session = first.initialize();
        first.post('tools/call', session);
        wire.pass(900);
        wire.client('first').initialize(TAKEN);
        wire.pass(60);
        wire.client('second').initialize(TAKEN);
      },
    },
  ],
  quiet: [
    {
      name: 'each client gets a session of its own',
      tell(wire) {
        for (let i = 0; i < 3; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
        }
      },
    },
    {
      name: 'one place, and it is handed on with DELETE',
      tell(wire) {
        for (let i = 0; i < 3; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
          client.delete(session, { status: 204 });
          wire.pass(30);
        }
      },
    },
    {
      name: 'a handshake is refused because its body is broken',
      tell(wire) {
        const client = wire.client('first');
        client.post('tools/call', client.initialize());
        wire.client('second').initialize({ status: 400, bodyClass: 'parse' });
      },
    },
    {
      name: 'the probe of a client of two eras is refused in these words, and it falls back',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, {
          ...TAKEN,
          era: 'sessionless',
          protocolVersion: '2026-07-28',
        });
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the session died, and the client begins anew',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
  ],
};
