import { DEAD_404, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'session-id-on-initialize',
  faulty: [
    {
      name: 'the new handshake carries the dead id and is refused for it (mcp-searxng#139)',
      also: ['dead-session-wrong-status'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.post('initialize', session, {
          status: 400,
          bodyClass: 'session-dead',
          errorUnaddressed: true,
        });
      },
    },
    {
      name: 'refused with 404, so that it can never recover (OmniRoute#5957)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.post('initialize', session, DEAD_404);
      },
    },
    {
      name: 'the id is older than the watch, and the handshake is refused for it',
      tell(wire) {
        const client = wire.client();
        client.post('initialize', wire.observer.references.of('issued before the watch'), DEAD_404);
      },
    },
    {
      name: 'a reconnect with the id of the live session: "already initialized" (frontmcp#474)',
      tell(wire) {
        const client = wire.client('inspector', 'mcp-inspector');
        const session = client.initialize();
        client.post('tools/list', session);
        wire.pass(60);
        client.post('initialize', session, { status: 400, bodyClass: 'already-initialized' });
        client.post('tools/list', session);
      },
    },
    {
      name: 'the server is kind and begins a new session for the dead id',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        const next = wire.observer.references.of('the new session');
        client.post('initialize', session, { sessionGiven: next });
        client.post('notifications/initialized', next, { status: 202 });
        client.post('tools/call', next);
      },
    },
  ],
  quiet: [
    {
      name: 'the product makes up the id itself, and the server takes it (action_mcp#199)',
      tell(wire) {
        const client = wire.client('studio', 'copilot');
        const session = wire.observer.references.of('made by the client');
        client.post('initialize', session, { sessionGiven: session });
        client.post('notifications/initialized', session, { status: 202 });
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session);
      },
    },
    {
      name: 'a gateway derives the id before the handshake, and the server gives none',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const session = wire.observer.references.of('derived by the gateway');
        client.post('initialize', session);
        client.post('notifications/initialized', session, { status: 202 });
        client.post('tools/call', session);
      },
    },
    {
      name: 'a gateway asks for a session with an id of its own, and the server gives another',
      vantage: 'proxy',
      tell(wire) {
        const client = wire.client();
        const asked = wire.observer.references.of('derived by the gateway');
        const given = wire.observer.references.of('given by the server');
        client.post('initialize', asked, { sessionGiven: given });
        client.post('notifications/initialized', given, { status: 202 });
        client.post('tools/call', given);
      },
    },
    {
      name: 'the new handshake carries no id',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
  ],
};
