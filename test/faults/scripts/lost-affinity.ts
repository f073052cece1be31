import { DEAD_400, DEAD_404, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'lost-affinity',
  faulty: [
    {
      name: 'every other replica knows the session: 13 of 20 calls are refused with 400 (openiap#287)',
      also: ['dead-session-wrong-status'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (const known of '10010100011000100101') {
          if (known === '1') client.post('tools/call', session);
          else client.post('tools/call', session, DEAD_400);
          wire.pass(2);
        }
      },
    },
    {
      name: 'refused with 404, accepted, and refused again (mcp-use#153)',
      above: 'count',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(5);
        client.post('tools/call', session, DEAD_404);
        wire.pass(5);
        client.post('tools/call', session);
        wire.pass(5);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the answer changes twice within 58 s',
      below: 'windowMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', session);
        wire.pass(58);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
  ],
  quiet: [
    {
      name: 'the answer changes twice within 62 s: once is no pattern',
      above: 'windowMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', session);
        wire.pass(62);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'a rolling restart moves the owner: one switch, and no way back',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 3; i++) client.post('tools/call', session);
        client.post('tools/call', session, DEAD_404);
        client.get(session, DEAD_404);
        client.delete(session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the server creates the session again under its id (mcphub#427)',
      below: 'count',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, DEAD_404);
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', session);
          wire.pass(5);
        }
      },
    },
    {
      name: 'the old process ends its long calls while the new one refuses the id',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const startedAt = wire.now;
        wire.pass(10);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', session, { startedAt });
        client.post('tools/call', session, { startedAt: startedAt + 1, ...DEAD_404 });
        client.post('tools/call', session, { startedAt: startedAt + 2 });
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'a server that takes notifications for dead ids, to damp storms (n8n-mcp#784)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, DEAD_404);
        client.post('notifications/cancelled', session, { status: 202 });
        client.post('tools/call', client.initialize());
      },
    },
  ],
};
