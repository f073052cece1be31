import { DEAD_404, type Answer, type FaultScripts } from '../script.ts';

const REFUSED: Answer = { status: 400, bodyClass: 'other', errorUnaddressed: true };

export const scripts: FaultScripts = {
  fault: 'delete-ineffective',
  faulty: [
    {
      name: 'DELETE is refused for want of a body (higress wasm-go#46)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, REFUSED);
      },
    },
    {
      name: 'DELETE fails with 500, and the session lives on',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 500, bodyClass: 'other' });
        client.post('tools/call', session);
      },
    },
  ],
  quiet: [
    {
      name: 'DELETE ends the session',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 204 });
      },
    },
    {
      name: 'DELETE is answered 405: a server need not have it',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 405, bodyClass: 'other' });
      },
    },
    {
      name: 'the session was gone already, and DELETE gets 404',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, DEAD_404);
        client.delete(session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'DELETE is sent twice, and the second one is refused',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 204 });
        client.delete(session, DEAD_404);
      },
    },
    {
      name: 'an id never seen to live: it may be long gone',
      tell(wire) {
        wire.client().delete('feedfacecafe', REFUSED);
      },
    },
    {
      name: 'the token has expired by the time the program ends',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(3600);
        client.delete(session, { status: 401, bodyClass: 'other', challenged: true });
      },
    },
    {
      name: 'the server drains: 503 with Retry-After',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 503, bodyClass: 'other', retryAfter: true });
      },
    },
    {
      name: 'the program ends before it is answered',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 0, ending: 'aborted' });
      },
    },
  ],
};
