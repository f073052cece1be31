import { DEAD_404, type Answer, type FaultScripts } from '../script.ts';

const ROUTING_GAP: Answer = { status: 404, bodyClass: 'foreign-page' };

export const scripts: FaultScripts = {
  fault: 'foreign-404-as-dead-session',
  faulty: [
    {
      name: 'while the container is recreated the edge answers 404, twice in 100 ms (claude-code#94273)',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, ROUTING_GAP);
        client.post('tools/call', session, ROUTING_GAP);
        wire.pass(60);
      },
    },
    {
      name: 'a web page for an answer, and the client gives up a session that was alive',
      closesAfter: 540,
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, ROUTING_GAP);
        client.post('tools/call', client.initialize());
        wire.pass(60);
      },
    },
    {
      name: 'the client gives up, and lets go of its listening stream after that',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const close = client.listen(session);
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, ROUTING_GAP);
        wire.pass(1);
        close();
        wire.pass(60);
      },
    },
    {
      name: 'the client is heard again with its old id only after 31 s',
      above: 'returnMs',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, ROUTING_GAP);
        wire.pass(31);
        client.post('tools/call', session);
      },
    },
  ],
  quiet: [
    {
      name: 'the server itself says that the session is gone',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'a bare 404 without a body is a dead session by the book',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, { status: 404 });
        client.initialize();
      },
    },
    {
      name: 'a modern server knows no such method: 404 with -32601',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const modern: Answer = { era: 'sessionless', protocolVersion: '2026-07-28' };
        client.post('tools/list', undefined, modern);
        client.post('tasks/list', undefined, { ...modern, status: 404, bodyClass: 'method-missing' });
        client.post('tools/call', undefined, modern);
      },
    },
    {
      name: 'there is no MCP at this address: 404 before any session',
      vantage: 'client',
      tell(wire) {
        wire.client().handshake(ROUTING_GAP);
      },
    },
    {
      name: 'a server with no route for GET answers it with a web page, and the client lives with that (Gemini CLI, Cline)',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.get(session, ROUTING_GAP);
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', session);
          wire.pass(20);
        }
      },
    },
    {
      name: 'the client tries again with the same id until it is served, 29 s long',
      below: 'returnMs',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        for (const pause of [4, 8, 17]) {
          client.post('tools/call', session, ROUTING_GAP);
          wire.pass(pause);
        }
        client.post('tools/call', session);
        wire.pass(60);
      },
    },
    {
      name: 'the gap is bridged with 503 and Retry-After',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, { status: 503, retryAfter: true, bodyClass: 'foreign-page' });
        wire.pass(5);
        client.post('tools/call', session);
      },
    },
  ],
};
