import { DEAD_404, SILENT, type Answer, type FaultScripts } from '../script.ts';

const NO_TRANSPORT: Answer = { status: 400, bodyClass: 'session-dead', errorUnaddressed: true };
const NOT_ALLOWED: Answer = { status: 405 };

export const scripts: FaultScripts = {
  fault: 'status-differs-by-method',
  faulty: [
    {
      name: 'POST is answered 404, GET and DELETE 400 "No active transport" (punkpeye/mcp-proxy)',
      also: ['dead-session-wrong-status'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.get(session, NO_TRANSPORT);
        client.delete(session, NO_TRANSPORT);
        client.initialize();
      },
    },
    {
      name: 'POST is answered 200 with an error, GET and DELETE 400 (zilla#2525)',
      also: ['dead-session-masked-2xx', 'dead-session-wrong-status'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(90);
        client.post('tools/call', session, { ...DEAD_404, status: 200 });
        client.get(session, NO_TRANSPORT);
        client.delete(session, NO_TRANSPORT);
        client.initialize();
      },
    },
    {
      name: 'POST is answered 404, DELETE of the same unknown id 202 (rmcp 3.1.4, conformance#429)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.delete(session, { status: 202 });
        client.initialize();
      },
    },
    {
      name: 'POST is answered 404, and GET opens a stream on the dead session',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        const close = client.listen(session);
        wire.pass(20);
        close();
        client.initialize();
      },
    },
    {
      name: 'GET streamed while the session lived and is answered 405 once it is dead',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const close = client.listen(session);
        client.post('tools/call', session);
        wire.pass(60);
        close();
        client.post('tools/call', session, DEAD_404);
        client.get(session, NOT_ALLOWED);
        client.initialize();
      },
    },
  ],
  quiet: [
    {
      name: 'there is no GET and no DELETE: 405 for the live session and for the dead one',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.get(session, NOT_ALLOWED);
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.get(session, NOT_ALLOWED);
        client.delete(session, NOT_ALLOWED);
        client.initialize();
      },
    },
    {
      name: 'all three are answered 404',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.get(session, DEAD_404);
        client.delete(session, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'DELETE ended the session with 204, and afterwards POST and GET are answered 404',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.delete(session, { status: 204 });
        wire.pass(1);
        client.get(session, DEAD_404);
        client.post('tools/call', session, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'the stream had been opened before the session died, and ends after it',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const openedAt = wire.now;
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.get(session, {
          startedAt: openedAt,
          ending: 'aborted',
          stream: { ...SILENT, openedAt, lastWriteAt: openedAt },
        });
        client.initialize();
      },
    },
    {
      name: 'the edge answers GET with 503 and Retry-After while the server drains',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.get(session, { status: 503, retryAfter: true });
        client.initialize();
      },
    },
  ],
};
