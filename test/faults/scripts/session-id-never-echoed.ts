import { MISSING_400, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'session-id-never-echoed',
  faulty: [
    {
      name: 'a header on none of the requests, a handshake before each (claude-ai-mcp#975)',
      tell(wire) {
        const client = wire.client('connector', 'claude-ai');
        for (let i = 0; i < 4; i++) {
          client.handshake();
          client.post('notifications/initialized', undefined, MISSING_400);
          client.post('tools/list', undefined, MISSING_400);
          wire.pass(25);
        }
        wire.pass(60);
      },
    },
  ],
  quiet: [
    {
      name: 'a health probe initializes once a minute and does nothing else',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 15; i++) {
          client.handshake();
          wire.pass(60);
        }
      },
    },
    {
      name: 'two sessions are not enough to tell',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 2; i++) {
          client.handshake();
          client.post('tools/list', undefined, MISSING_400);
          wire.pass(90);
        }
      },
    },
    {
      name: 'one of the sessions came back: the client knows how',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 4; i++) {
          const session = i === 2 ? client.initialize() : client.handshake();
          if (i === 2) client.post('tools/call', session);
          client.post('tools/list', undefined, MISSING_400);
          wire.pass(90);
        }
      },
    },
    {
      name: 'a modern client never sends an id',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 30; i++) {
          client.post('tools/call', undefined, { era: 'sessionless', protocolVersion: '2026-07-28' });
          wire.pass(10);
        }
      },
    },
  ],
};
