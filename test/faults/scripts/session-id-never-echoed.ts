import { MISSING_400, type FaultScripts, type Script } from '../script.ts';

interface Forgetful {
  /** Seconds from the first of three handshakes to the last. */
  readonly spread?: number;
  /** How many seconds after the last the id comes back. */
  readonly echoed?: number;
}

/** Three handshakes, each followed by a request without the id. */
const three =
  ({ spread = 20, echoed = 65 }: Forgetful): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    let session = '';
    for (const pause of [spread / 2, spread / 2, echoed]) {
      session = client.handshake();
      client.post('tools/list', undefined, MISSING_400);
      wire.pass(pause);
    }
    client.post('tools/list', session);
  };

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
      below: 'sessions',
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
  edges: [
    { name: 'three sessions', above: 'sessions', tell: three({}) },
    { name: 'the third id comes back after 58 s', below: 'echoMs', tell: three({ echoed: 58 }) },
    { name: 'the third id comes back after 62 s', above: 'echoMs', tell: three({ echoed: 62 }) },
    { name: 'judged 880 s after the first', below: 'windowMs', tell: three({ spread: 820 }) },
    { name: 'judged 920 s after the first', above: 'windowMs', tell: three({ spread: 860 }) },
  ],
};
