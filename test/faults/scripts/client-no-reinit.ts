import { DEAD_400, DEAD_404, MISSING_400, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'client-no-reinit',
  faulty: [
    {
      name: 'the TypeScript SDK client: two GETs with the old id, then the next call (typescript-sdk#1708)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(1);
        client.get(session, DEAD_404);
        wire.pass(1.5);
        client.get(session, DEAD_404);
        wire.pass(20);
        client.post('tools/call', session, DEAD_404);
        wire.pass(30);
      },
    },
    {
      name: 'it is heard again only after the 30 s are over',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(45);
        client.post('tools/call', session, DEAD_404);
      },
    },
  ],
  quiet: [
    {
      name: 'it begins anew at once and repeats the call',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        const next = client.initialize();
        client.post('tools/call', next);
        wire.pass(60);
      },
    },
    {
      name: 'a lazy client begins anew at its next use, minutes later (claude-code#56264)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(300);
        const next = client.initialize();
        client.post('tools/call', next);
      },
    },
    {
      name: 'the program ended, or the laptop sleeps: silence proves nothing',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(3600);
      },
    },
    {
      name: 'the program ends after the first failure; its stream is retried twice on the way out',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(1);
        client.get(session, DEAD_404);
        wire.pass(1.5);
        client.get(session, DEAD_404);
        wire.pass(120);
      },
    },
    {
      name: 'a slow retry ladder ends with an initialize after 29 s',
      below: 'recoveryMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(1);
        client.post('tools/call', session, DEAD_404);
        wire.pass(28);
        client.initialize();
        wire.pass(60);
      },
    },
    {
      name: 'requests in flight when the first 404 came are no sign of life',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        const startedAt = wire.now;
        client.post('tools/call', session, { ...DEAD_404, startedAt });
        client.post('tools/call', session, { ...DEAD_404, startedAt });
        client.post('tools/call', session, { ...DEAD_404, startedAt });
        wire.pass(120);
      },
    },
  ],
  edges: [
    {
      name: 'a retry ladder ends with an initialize after 31 s',
      above: 'recoveryMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(1);
        client.post('tools/call', session, DEAD_404);
        wire.pass(30);
        client.initialize();
      },
    },
  ],
};

/** The server answered 400: the client was never told, and only the server is at fault (docs/decisions/0001). */
export const serverOnly: FaultScripts = {
  fault: 'dead-session-wrong-status',
  faulty: [
    {
      name: 'a client that was answered 400 and goes on is not to blame',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', session, DEAD_400);
          wire.pass(20);
        }
      },
    },
    {
      name: 'a client that was answered 400 and goes on without an id is not to blame either',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_400);
        for (let i = 0; i < 4; i++) client.post('tools/call', undefined, MISSING_400);
      },
    },
  ],
  quiet: [],
};
