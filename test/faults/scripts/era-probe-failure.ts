import type { Answer, FaultScripts } from '../script.ts';

const MODERN: Answer = { era: 'sessionless', protocolVersion: '2026-07-28' };
const REFUSED: Answer = {
  ...MODERN,
  status: 400,
  bodyClass: 'session-dead-ambiguous',
  errorUnaddressed: true,
};

export const scripts: FaultScripts = {
  fault: 'era-probe-failure',
  faulty: [
    {
      name: 'the probe is refused, and the client does not fall back (slicc#3001)',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 4; i++) {
          client.post('server/discover', undefined, REFUSED);
          wire.pass(15);
        }
      },
    },
    {
      name: 'the probe is refused, and the client goes on in the new era all the same (copilot-cli#4809)',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, REFUSED);
        client.post('tools/list', undefined, REFUSED);
        wire.pass(20);
      },
    },
    {
      name: 'the probe is never answered, and the client gives up (snow-app#56)',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...MODERN, status: 0, ending: 'aborted', took: 30_000 });
        wire.pass(60);
      },
    },
    {
      name: 'it falls back after 10.3 s',
      above: 'fallbackMs',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...REFUSED, status: 404, bodyClass: 'foreign-page' });
        wire.pass(10.3);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the probe hangs for a minute before it falls back (slicc#3350)',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...MODERN, status: 0, ending: 'aborted', took: 60_000 });
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the probe takes 5.1 s to be refused',
      above: 'slowMs',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...REFUSED, took: 5100 });
        client.post('tools/call', client.initialize());
      },
    },
  ],
  quiet: [
    {
      name: 'one probe and nothing more: the program may have ended',
      tell(wire) {
        wire.client().post('server/discover', undefined, REFUSED);
        wire.pass(60);
      },
    },
    {
      name: 'the probe is refused and the handshake follows at once',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, REFUSED);
        client.post('tools/call', client.initialize());
        wire.pass(60);
      },
    },
    {
      name: 'it falls back after 9.7 s',
      below: 'fallbackMs',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, REFUSED);
        wire.pass(9.7);
        client.post('tools/call', client.initialize());
        wire.pass(60);
      },
    },
    {
      name: 'the probe takes 4.9 s to be refused',
      below: 'slowMs',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...REFUSED, took: 4900 });
        client.post('tools/call', client.initialize());
        wire.pass(60);
      },
    },
    {
      name: 'the server is of the sessionless era',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, MODERN);
        for (let i = 0; i < 3; i++) {
          wire.pass(20);
          client.post('tools/call', undefined, MODERN);
        }
      },
    },
    {
      name: 'the server names its versions, and the client probes again with one of them',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...MODERN, status: 400, bodyClass: 'version' });
        client.post('server/discover', undefined, MODERN);
        client.post('tools/call', undefined, MODERN);
        wire.pass(60);
      },
    },
    {
      name: 'the server asks for a login first, and the person takes two minutes',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, {
          ...MODERN,
          status: 401,
          bodyClass: 'other',
          challenged: true,
        });
        wire.pass(20);
        client.post('server/discover', undefined, { ...MODERN, status: 401, bodyClass: 'other' });
        wire.pass(100);
        client.post('server/discover', undefined, MODERN);
        client.post('tools/call', undefined, MODERN);
      },
    },
    {
      name: 'it goes on in the new era, and an older program of the same person begins a session later',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...MODERN, status: 400, bodyClass: 'version' });
        client.post('server/discover', undefined, MODERN);
        wire.pass(20);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'two probes overlap, and the one that is accepted is told first',
      tell(wire) {
        const client = wire.client();
        const startedAt = wire.now;
        client.post('server/discover', undefined, MODERN);
        client.post('server/discover', undefined, {
          ...MODERN,
          startedAt,
          status: 400,
          bodyClass: 'version',
        });
        wire.pass(20);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'a client of the session era never probes',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 3; i++) {
          wire.pass(20);
          client.post('tools/call', session);
        }
      },
    },
  ],
};
