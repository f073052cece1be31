import type { StreamFacts } from '../../../src/exchange/index.ts';
import type { FaultScripts, Script, Wire } from '../script.ts';

const stream = (wire: Wire, facts: Partial<StreamFacts>): StreamFacts => ({
  kind: 'get',
  openedAt: wire.now,
  carriedData: false,
  retryHint: false,
  eventIds: false,
  lastWriteAt: wire.now,
  ...facts,
});

interface Loop {
  readonly count: number;
  /** How long each GET lasts, in ms, and the pause after it, in seconds. */
  readonly took?: number;
  readonly pause?: number;
}

const loop =
  ({ count, took = 5, pause = 1 }: Loop): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    const session = client.initialize();
    for (let i = 0; i < count; i++) {
      client.get(session, { took });
      wire.pass(pause);
    }
  };

export const scripts: FaultScripts = {
  fault: 'get-reopen-loop',
  faulty: [
    {
      name: 'GET is answered 200 with plain text, and asked again each second (malloyyo#134)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 12; i++) {
          client.get(session);
          wire.pass(1);
        }
      },
    },
    {
      name: 'the server closes the stream at once, and says nothing of when to come back (python-sdk#3257)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 12; i++) {
          client.get(session, { stream: stream(wire, {}) });
          wire.pass(1);
        }
      },
    },
    {
      name: 'a stateless server refuses GET with 400, and a client without an id asks on (punkpeye/mcp-proxy#62)',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 12; i++) {
          client.get(undefined, { status: 400, bodyClass: 'session-missing' });
          wire.pass(1);
        }
      },
    },
    {
      name: 'a loop with a pause of 15 s',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 32; i++) {
          client.get(session);
          wire.pass(15);
        }
      },
    },
  ],
  quiet: [
    {
      name: 'polling by SEP-1699: the server closes on purpose and says when to come back',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/list', session);
        for (let i = 0; i < 30; i++) {
          client.get(session, { resumes: true, stream: stream(wire, { retryHint: true }) });
          wire.pass(1);
        }
      },
    },
    {
      name: 'the server said on the stream of a call when to come back, and ends listening streams on purpose',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, {
          stream: stream(wire, { kind: 'post', carriedData: true, retryHint: true }),
        });
        for (let i = 0; i < 30; i++) {
          client.get(session, { stream: stream(wire, {}) });
          wire.pass(1);
        }
      },
    },
    {
      name: 'GET is answered 405: there is no stream',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 12; i++) {
          client.get(session, { status: 405 });
          wire.pass(1);
        }
      },
    },
    {
      name: 'something on the way cuts the stream every 6 s: a flap, no loop',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 100; i++) {
          const close = client.listen(session);
          wire.pass(6);
          close();
        }
      },
    },
    {
      name: 'a proxy cuts the stream every 30 s',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 40; i++) {
          const close = client.listen(session);
          wire.pass(30);
          close();
        }
      },
    },
    {
      name: 'the stream brings data each time',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 20; i++) {
          client.get(session, { stream: stream(wire, { carriedData: true }) });
          wire.pass(1);
        }
      },
    },
    {
      name: 'nine times in a minute',
      below: 'perMinute',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 9; i++) {
          client.get(session);
          wire.pass(1);
        }
      },
    },
  ],
  edges: [
    { name: 'ten times in a minute', above: 'perMinute', tell: loop({ count: 10 }) },
    { name: '29 times in ten minutes', below: 'perTenMinutes', tell: loop({ count: 29, pause: 15 }) },
    { name: '30 times in ten minutes', above: 'perTenMinutes', tell: loop({ count: 30, pause: 15 }) },
    {
      name: 'each lasts 4.9 s',
      below: 'table.shortGetMs',
      tell: loop({ count: 10, took: 4900, pause: 0.1 }),
    },
    {
      name: 'each lasts 5.1 s',
      above: 'table.shortGetMs',
      tell: loop({ count: 10, took: 5100, pause: 0.1 }),
    },
  ],
};
