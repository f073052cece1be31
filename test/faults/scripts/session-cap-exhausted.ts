import type { Answer, FaultScripts } from '../script.ts';

const FULL: Answer = { status: 503, bodyClass: 'capacity', errorUnaddressed: true };
const BUSY: Answer = { ...FULL, retryAfter: true };

export const scripts: FaultScripts = {
  fault: 'session-cap-exhausted',
  faulty: [
    {
      name: 'all places are taken: whoever is inside works on, and nobody else gets in (repo-harness#174)',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session);
        for (let i = 0; i < 3; i++) {
          wire.pass(5);
          wire.client(`outside ${i}`).initialize(FULL);
          inside.post('tools/call', session);
        }
      },
    },
    {
      name: 'a session was turned away 62 s before: the overload is over, the cap is not',
      above: 'overloadMs',
      closesAfter: 600,
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session, BUSY);
        wire.pass(62);
        inside.post('tools/call', session);
        wire.client('outside').initialize(FULL);
      },
    },
    {
      name: 'told with 429',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session);
        wire.client('outside').initialize({ ...FULL, status: 429, retryAfter: true });
        inside.post('tools/call', session);
      },
    },
    {
      name: 'told with 400 and -32000',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session);
        wire.client('outside').initialize({ ...FULL, status: 400 });
        inside.post('tools/call', session);
      },
    },
    {
      name: 'told with -32000 inside a 200',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session);
        wire.client('outside').handshake({ ...FULL, status: 200, sessionGiven: undefined });
        inside.post('tools/call', session);
      },
    },
  ],
  quiet: [
    {
      name: 'the whole server is overloaded: existing sessions are turned away as well',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session);
        inside.post('tools/call', session, BUSY);
        wire.client('outside').initialize(BUSY);
        inside.post('tools/call', session, BUSY);
        wire.pass(120);
        inside.post('tools/call', session);
      },
    },
    {
      name: 'a session was turned away 58 s before',
      below: 'overloadMs',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session, BUSY);
        wire.pass(58);
        wire.client('outside').initialize(BUSY);
        wire.pass(60);
        inside.post('tools/call', session);
      },
    },
    {
      name: 'a limit on handshakes per caller, not on sessions (cartesia-mcp#84)',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session);
        wire.client('outside').initialize({ status: 429, bodyClass: 'other', retryAfter: true });
        inside.post('tools/call', session);
      },
    },
    {
      name: 'a tool speaks of too many open sessions of its own',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session, { status: 200, bodyClass: 'capacity' });
        inside.post('tools/call', session, { status: 200, bodyClass: 'capacity' });
        wire.client('another').initialize();
      },
    },
    {
      name: 'the server drains: no new sessions',
      tell(wire) {
        const inside = wire.client('inside');
        const session = inside.initialize();
        inside.post('tools/call', session);
        wire.client('outside').initialize({ status: 503, bodyClass: 'other', retryAfter: true });
        inside.post('tools/call', session);
      },
    },
  ],
};
