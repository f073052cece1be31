import { DEAD_404, type FaultScripts, type ScriptClient, type Wire } from '../script.ts';

/** Handshake after handshake that leads to nothing, with a pause after each. */
function inVain(wire: Wire, client: ScriptClient, count: number, pause: number): void {
  for (let i = 0; i < count; i++) {
    client.handshake();
    wire.pass(pause);
  }
}

/** A session in use is lost, and then so many handshakes lead to nothing. */
function lostAndInVain(wire: Wire, count: number): void {
  const client = wire.client();
  const session = client.initialize();
  client.post('tools/call', session);
  wire.pass(60);
  client.post('tools/call', session, DEAD_404);
  inVain(wire, client, count, 1);
}

export const scripts: FaultScripts = {
  fault: 'reinit-storm',
  faulty: [
    {
      name: 'six handshakes within a minute, none of them used (LibreChat#12162)',
      above: 'perMinute',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 6; i++) {
          const session = client.handshake();
          client.post('notifications/initialized', session, { status: 202 });
          client.post('tools/list', session);
          wire.pass(9);
        }
      },
    },
    {
      name: 'a handshake every 29 s, without end (goclaw#1026)',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 21; i++) {
          const session = client.handshake();
          client.post('notifications/initialized', session, { status: 202 });
          wire.pass(29);
        }
      },
    },
    {
      name: 'every handshake is refused, and it tries again each second',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 8; i++) {
          client.handshake({ status: 500, sessionGiven: undefined });
          wire.pass(1);
        }
      },
    },
  ],
  quiet: [
    {
      name: 'five handshakes within a minute',
      below: 'perMinute',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 5; i++) {
          client.handshake();
          wire.pass(9);
        }
      },
    },
    {
      name: 'a session for every call: a cost, but each one works (langchain-mcp-adapters#207)',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 9; i++) {
          const session = client.handshake();
          client.post('notifications/initialized', session, { status: 202 });
          client.post('tools/call', session);
          wire.pass(4);
        }
      },
    },
    {
      name: 'short programs that begin, look, and say goodbye',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 12; i++) {
          const session = client.handshake();
          client.post('tools/list', session);
          client.delete(session, { status: 204 });
          wire.pass(4);
        }
      },
    },
    {
      name: 'eight people behind one address start the same program, which lists and listens',
      tell(wire) {
        const client = wire.client();
        for (let person = 0; person < 8; person++) {
          const session = client.initialize();
          client.listen(session);
          client.post('tools/list', session);
          wire.pass(5);
        }
      },
    },
    {
      name: 'the server restarts again and again, and the client rightly comes back each time',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 8; i++) {
          const session = client.handshake();
          client.post('tools/list', session);
          wire.pass(7);
          client.post('tools/list', session, DEAD_404);
        }
        client.handshake();
      },
    },
  ],
  edges: [
    {
      name: 'nineteen within ten minutes',
      below: 'perTenMinutes',
      tell: (wire) => inVain(wire, wire.client(), 19, 29),
    },
    {
      name: 'twenty within ten minutes',
      above: 'perTenMinutes',
      tell: (wire) => inVain(wire, wire.client(), 20, 29),
    },
    {
      name: 'a session lost, and seven handshakes, of which two are excused',
      below: 'excusedPerLoss',
      tell: (wire) => lostAndInVain(wire, 7),
    },
    {
      name: 'a session lost, and eight handshakes, of which two are excused',
      above: 'excusedPerLoss',
      tell: (wire) => lostAndInVain(wire, 8),
    },
  ],
};
