import { SILENT, type Answer, type FaultScripts, type Script, type Wire } from '../script.ts';

const CONFLICT_409: Answer = { status: 409, bodyClass: 'sse-conflict' };
const EXISTS_400: Answer = { status: 400, bodyClass: 'sse-conflict' };

/** A stream breaks, is refused once and opened again; that one breaks too and is refused `apart` seconds after. */
function refusedTwice(wire: Wire, apart: number): void {
  const client = wire.client();
  const session = client.initialize();
  const first = client.listen(session);
  wire.pass(60);
  first();
  wire.pass(0.5);
  client.get(session, CONFLICT_409);
  const second = client.listen(session);
  wire.pass(apart - 1);
  second();
  wire.pass(1);
  client.get(session, CONFLICT_409);
  wire.pass(1);
  const third = client.listen(session);
  wire.pass(30);
  third();
}

/** A stream breaks, and both that follow are opened with 200 and closed by the server so many ms later. */
const closedAfter =
  (took: number): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    const session = client.initialize();
    const close = client.listen(session);
    wire.pass(60);
    close();
    for (let i = 0; i < 2; i++) {
      wire.pass(1.5);
      client.get(session, { took, stream: { ...SILENT, openedAt: wire.now, lastWriteAt: wire.now } });
    }
  };

export const scripts: FaultScripts = {
  fault: 'sse-conflict',
  faulty: [
    {
      name: 'the stream broke, and its ghost keeps the place: 409 after 1.0 s and 2.5 s (auto-mobile#1942)',
      above: 'conflicts',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const close = client.listen(session);
        wire.pass(60);
        close();
        wire.pass(1);
        client.get(session, CONFLICT_409);
        wire.pass(1.5);
        client.get(session, CONFLICT_409);
      },
    },
    {
      name: '400 "session already exists" for two minutes (render-mcp-server#26)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const close = client.listen(session);
        wire.pass(300);
        close();
        wire.pass(1);
        client.get(session, EXISTS_400);
        wire.pass(1.6);
        client.get(session, EXISTS_400);
      },
    },
    {
      name: 'the stream is opened again 9.7 s after it broke, and its ghost is still there',
      below: 'table.ghostMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const close = client.listen(session);
        wire.pass(60);
        close({ ending: 'reset' });
        wire.pass(8.7);
        client.get(session, CONFLICT_409);
        wire.pass(1);
        client.get(session, CONFLICT_409);
      },
    },
    {
      name: 'it is refused a second time after 9.7 s, and had a stream for a moment in between',
      below: 'windowMs',
      tell: (wire) => refusedTwice(wire, 9.7),
    },
    {
      name: 'the conflict comes as a 200 that closes at once (kotlin-sdk#715)',
      tell: closedAfter(5),
    },
  ],
  quiet: [
    {
      name: 'two processes share the session, and the second asks for a stream while the first one listens',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const close = client.listen(session);
        wire.pass(30);
        client.get(session, CONFLICT_409);
        wire.pass(2);
        client.get(session, CONFLICT_409);
        wire.pass(30);
        close();
      },
    },
    {
      name: 'the stream broke, and is opened again without ado',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const first = client.listen(session);
        wire.pass(60);
        first();
        wire.pass(1);
        const second = client.listen(session);
        wire.pass(60);
        second();
      },
    },
    {
      name: 'one refusal, and the next try succeeds: the server had only just noticed',
      below: 'conflicts',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const first = client.listen(session);
        wire.pass(60);
        first();
        wire.pass(0.3);
        client.get(session, CONFLICT_409);
        wire.pass(1.5);
        const second = client.listen(session);
        wire.pass(60);
        second();
      },
    },
    {
      name: 'it is refused a second time after 10.3 s, and had a stream in between: two stories',
      above: 'windowMs',
      tell: (wire) => refusedTwice(wire, 10.3),
    },
    {
      name: 'it is opened again 10 s after it broke: whoever has the place now is no ghost',
      above: 'table.ghostMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const close = client.listen(session);
        wire.pass(60);
        close();
        wire.pass(10.1);
        client.get(session, CONFLICT_409);
        wire.pass(0.3);
        client.get(session, CONFLICT_409);
      },
    },
    {
      name: 'the server closed the stream itself and says when to come back (SEP-1699)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 3; i++) {
          const close = client.listen(session, { retryHint: true, eventIds: true });
          wire.pass(30);
          close({ ending: 'complete' });
          wire.pass(1);
        }
      },
    },
    {
      name: 'it comes back through another replica, which ends the stream at once on its way down',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        const first = client.listen(session);
        wire.pass(60);
        first();
        wire.pass(1);
        client.get(session, { status: 503, retryAfter: true });
        wire.pass(1);
        const second = client.listen(session);
        wire.pass(60);
        second();
      },
    },
  ],
  edges: [
    { name: 'the server closes them after 0.98 s', below: 'table.atOnceMs', tell: closedAfter(980) },
    { name: 'the server closes them after 1.03 s', above: 'table.atOnceMs', tell: closedAfter(1030) },
  ],
};
