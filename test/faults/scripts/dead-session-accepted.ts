import { DEAD_404, type FaultScripts } from '../script.ts';

const DELETED = { status: 204 } as const;

export const scripts: FaultScripts = {
  fault: 'dead-session-accepted',
  faulty: [
    {
      name: 'DELETE is answered 200 and changes nothing: the default session manager (mcp-go#723)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 200 });
        wire.pass(5);
        client.post('tools/call', session);
      },
    },
    {
      name: 'the answer to initialize is a stream, and over only after the session was used',
      tell(wire) {
        const client = wire.client();
        const session = wire.observer.references.of('given in a stream');
        const startedAt = wire.now;
        client.post('notifications/initialized', session, { status: 202 });
        client.handshake({ startedAt, sessionGiven: session });
        client.post('tools/call', session);
        client.delete(session, DELETED);
        wire.pass(5);
        client.post('tools/call', session);
      },
    },
    {
      name: 'another request than work is served with the ended id too',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/list', session);
        client.delete(session, DELETED);
        wire.pass(5);
        client.post('tools/list', session);
      },
    },
  ],
  quiet: [
    {
      name: 'the server begins a new session by itself, and says so with another id (C# session migration)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, DELETED);
        wire.pass(5);
        const next = wire.observer.references.of('the migrated session');
        client.post('tools/call', session, { sessionGiven: next });
        client.post('tools/call', next);
      },
    },
    {
      name: 'a stateless server answers 200 to everything, whatever the id, and never gave one',
      tell(wire) {
        const client = wire.client();
        const session = wire.observer.references.of('from a server that was here before');
        client.post('tools/call', session);
        client.delete(session, { status: 200 });
        wire.pass(5);
        client.post('tools/call', session);
      },
    },
    {
      name: 'a call in flight when the session was ended is answered all the same',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const startedAt = wire.now;
        wire.pass(1);
        client.delete(session, DELETED);
        client.post('tools/call', session, { startedAt });
      },
    },
    {
      name: 'a notification for the ended session is taken with 202, to damp storms (n8n-mcp#784)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, DELETED);
        wire.pass(1);
        client.post('notifications/cancelled', session, { status: 202 });
      },
    },
    {
      name: 'the ended id is answered 404',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, DELETED);
        wire.pass(5);
        client.post('tools/call', session, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'a second DELETE of the ended session is answered 204 too (csharp-sdk)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, DELETED);
        client.delete(session, DELETED);
      },
    },
  ],
};
