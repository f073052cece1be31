import { DEAD_404, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'poisoned-session-id',
  faulty: [
    {
      name: 'the handshake failed, and its answer gave an id that the client keeps (typescript-sdk#2466)',
      closesAfter: 600,
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const stray = wire.observer.references.of('of a failed handshake');
        client.handshake({ status: 500, bodyClass: 'other', sessionGiven: stray });
        client.post('tools/list', stray, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'the refusal of a stream gave an id, which overwrites the good one (SwiftMCP#127)',
      vantage: 'proxy',
      also: ['era-probe-leak'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/list', session);
        const stray = wire.observer.references.of('of a refused stream');
        client.get(undefined, { status: 400, bodyClass: 'session-missing', sessionGiven: stray });
        client.post('tools/call', stray, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'the header says "undefined"',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const odd = wire.observer.references.of('undefined');
        client.post('tools/call', odd, { ...DEAD_404, sessionOdd: true });
        client.initialize();
      },
    },
    {
      name: 'two ids joined by a comma, and the server does not look closely',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const joined = wire.observer.references.of('one, another');
        client.post('tools/call', joined, { sessionOdd: true });
      },
    },
  ],
  quiet: [
    {
      name: 'the watch began after the session: its memory of ids is empty',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const before = wire.observer.references.of('issued before the watch');
        client.post('tools/call', before);
        client.post('tools/list', before);
      },
    },
    {
      name: 'the watch and the server restarted together, and nobody knows the id',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const before = wire.observer.references.of('issued before the watch');
        client.post('tools/call', before, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'a failed handshake gave an id that is rightly dropped',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const stray = wire.observer.references.of('of a failed handshake');
        client.handshake({ status: 503, retryAfter: true, sessionGiven: stray });
        wire.pass(1);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the server repeats the id with every answer',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/list', session, { sessionGiven: session });
        client.get(session, { status: 405, sessionGiven: session });
        client.post('tools/call', session, { sessionGiven: session });
      },
    },
    {
      name: 'the server replaces the id in mid-session, and the client follows',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const next = wire.observer.references.of('the next id');
        client.post('tools/call', session, { sessionGiven: next });
        client.post('tools/call', next);
      },
    },
  ],
};
