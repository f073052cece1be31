import { DEAD_404, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'reinit-storm',
  faulty: [
    {
      name: 'six handshakes within a minute, none of them used (LibreChat#12162)',
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
};
