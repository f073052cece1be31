import { DEAD_404, type Answer, type FaultScripts } from '../script.ts';

const MASKED: Answer = { status: 200, bodyClass: 'session-dead', errorUnaddressed: true };
const MASKED_WITH_ID: Answer = { ...MASKED, errorUnaddressed: false };

export const scripts: FaultScripts = {
  fault: 'dead-session-masked-2xx',
  faulty: [
    {
      name: 'after a restart an event stream opens with 200 and says the session is gone (keryx#503)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(30);
        client.post('tools/call', session, MASKED);
      },
    },
    {
      name: 'a listing is answered 200 with the error under its own id',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/list', session);
        wire.pass(30);
        client.post('tools/list', session, MASKED_WITH_ID);
      },
    },
    {
      name: 'an id never seen here is answered 200 with the error: the watch began after a restart',
      tell(wire) {
        wire.client().post('tools/call', 'feedfacecafe', MASKED_WITH_ID);
      },
    },
  ],
  quiet: [
    {
      name: 'a tool of the user speaks of sessions of its own',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, MASKED_WITH_ID);
        client.post('tools/call', session);
        client.post('tools/call', session, MASKED_WITH_ID);
      },
    },
    {
      name: 'a notification on a dead id is taken with 202, to damp a storm (n8n-mcp#784)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(30);
        client.post('tools/call', session, DEAD_404);
        client.post('notifications/cancelled', session, { status: 202 });
        client.initialize();
      },
    },
    {
      name: 'a stateless server answers 200 to an id it never gave',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', 'feedfacecafe');
        client.post('tools/call', 'feedfacecafe');
      },
    },
  ],
};
