import { DEAD_404, MISSING_400, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'client-headerless-after-404',
  faulty: [
    {
      name: 'it clears the id and calls on, five hours long (giantswarm/muster#999)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        for (let i = 0; i < 3; i++) {
          wire.pass(10);
          client.post('tools/call', undefined, MISSING_400);
        }
      },
    },
  ],
  quiet: [
    {
      name: 'one request without the id crosses, then it begins anew',
      below: 'requests',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', undefined, MISSING_400);
        client.initialize();
        wire.pass(60);
      },
    },
    {
      name: 'it never had a session: a script that posts without a handshake',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 5; i++) client.post('tools/call', undefined, MISSING_400);
      },
    },
    {
      name: 'it moves to the sessionless era, where no id is sent by design',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', undefined, {
            ...MISSING_400,
            era: 'sessionless',
            protocolVersion: '2026-07-28',
          });
        }
      },
    },
  ],
  edges: [
    {
      name: 'two requests without the id, and no handshake',
      above: 'requests',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', undefined, MISSING_400);
        client.post('tools/call', undefined, MISSING_400);
      },
    },
  ],
};
