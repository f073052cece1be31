import type { Answer, FaultScripts, Wire } from '../script.ts';

const MODERN: Answer = { era: 'sessionless', protocolVersion: '2026-07-28' };

/** What a server answers that makes a session before it looks at the method. */
function leaky(wire: Wire, name: string): Answer {
  const sessionGiven = wire.observer.references.of(name);
  return { ...MODERN, status: 400, bodyClass: 'session-missing', errorUnaddressed: true, sessionGiven };
}

export const scripts: FaultScripts = {
  fault: 'era-probe-leak',
  faulty: [
    {
      name: 'every probe is refused and leaves a session behind (serena#1776)',
      tell(wire) {
        const client = wire.client('user', 'claude-code');
        for (let i = 0; i < 4; i++) {
          client.post('server/discover', undefined, leaky(wire, `leaked ${i}`));
          const session = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
          wire.pass(30);
        }
      },
    },
    {
      name: 'the probe is answered, and with a session nobody asked for',
      closesAfter: 540,
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, {
          ...MODERN,
          sessionGiven: wire.observer.references.of('leaked'),
        });
        client.post('tools/call', undefined, MODERN);
        wire.pass(60);
      },
    },
  ],
  quiet: [
    {
      name: 'the probe is refused without a session',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...leaky(wire, ''), sessionGiven: undefined });
        client.post('tools/call', client.initialize());
        wire.pass(60);
      },
    },
    {
      name: 'the server repeats the id in every answer of the session',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 4; i++) {
          client.post('tools/call', session, { sessionGiven: session });
          wire.pass(10);
        }
      },
    },
    {
      name: 'the server puts a new session in place of one it has lost',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, { sessionGiven: wire.observer.references.of('in its place') });
      },
    },
    {
      name: 'a client opens several sessions, each with its handshake',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 3; i++) {
          const session = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
          wire.pass(20);
        }
      },
    },
  ],
};
