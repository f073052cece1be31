import { DEAD_404, type FaultScripts, type Script } from '../script.ts';

/** The id is sent twice more after the 404, at once and so many seconds later. */
const repeatedTwice =
  (seconds: number): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    const session = client.initialize();
    wire.pass(60);
    client.post('tools/call', session, DEAD_404);
    client.post('tools/call', session, DEAD_404);
    wire.pass(seconds);
    client.post('tools/call', session, DEAD_404);
  };

export const scripts: FaultScripts = {
  fault: 'client-reuses-dead-session',
  faulty: [
    {
      name: 'Cursor 1.6 repeats the id with every call (Cursor forum 134781)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        for (let i = 0; i < 4; i++) {
          client.post('tools/call', session, DEAD_404);
          wire.pass(5);
        }
      },
    },
    {
      name: 'a pool goes on with the dead session beside the new one (adk-python#6933)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.initialize();
        for (let i = 0; i < 3; i++) {
          wire.pass(3);
          client.post('tools/call', session, DEAD_404);
        }
      },
    },
  ],
  quiet: [
    {
      name: 'eight parallel calls were in flight at the moment of death',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        const startedAt = wire.now;
        for (let i = 0; i < 8; i++) client.post('tools/call', session, { ...DEAD_404, startedAt, took: 400 });
        client.initialize();
      },
    },
    {
      name: 'one repeat, then it begins anew',
      below: 'reuses',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(3);
        client.post('tools/call', session, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'three repeats within a round trip of the first answer',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        for (let i = 0; i < 4; i++) client.post('tools/call', session, { ...DEAD_404, took: 400 });
        client.initialize();
      },
    },
    {
      name: 'the client says goodbye to the dead session with DELETE, twice',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        wire.pass(3);
        client.delete(session, DEAD_404);
        wire.pass(3);
        client.delete(session, DEAD_404);
        wire.pass(60);
      },
    },
  ],
  edges: [
    { name: 'two repeats over 1.96 s', below: 'spanMs', tell: repeatedTwice(1.95) },
    { name: 'two repeats over 2.04 s', above: ['spanMs', 'reuses'], tell: repeatedTwice(2.03) },
  ],
};
