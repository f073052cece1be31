import { DEAD_404, type Answer, type FaultScripts, type Script, type Wire } from '../script.ts';

interface Losing {
  readonly sessions: number;
  readonly lost: number;
  /** Seconds between one loss and the next. */
  readonly apart: number;
  readonly answer?: Answer;
}

/** Sessions at work, of which some are found dead one after another; their clients begin anew at once. */
function lose(wire: Wire, { sessions, lost, apart, answer = DEAD_404 }: Losing): void {
  const users = Array.from({ length: sessions }, (_, i) => {
    const client = wire.client(`user ${i}`);
    return { client, session: client.initialize() };
  });
  for (let i = 0; i < 4; i++) {
    for (const { client, session } of users) client.post('tools/call', session);
    wire.pass(30);
  }
  for (const [i, { client, session }] of users.slice(0, lost).entries()) {
    if (i > 0) wire.pass(apart);
    client.post('tools/call', session, answer);
    const next = client.initialize();
    for (let calls = 0; calls < 3; calls++) client.post('tools/call', next);
  }
  for (const { client, session } of users.slice(lost)) client.post('tools/call', session);
}

/** Four sessions are found dead, each so many seconds after the first. */
const lostAt =
  (...moments: readonly number[]): Script['tell'] =>
  (wire) => {
    const users = moments.map((at) => {
      const client = wire.client(`lost after ${at} s`);
      return { client, session: client.initialize(), at };
    });
    for (const { client, session } of users) client.post('tools/call', session);
    const start = wire.now;
    for (const { client, session, at } of users) {
      wire.pass(at - (wire.now - start) / 1000);
      client.post('tools/call', session, DEAD_404);
    }
  };

/** A server that was started so many seconds ago is asked for ids that it has never given. */
const unknownIds =
  (seconds: number): Script['tell'] =>
  (wire) => {
    wire.pass(seconds);
    for (let i = 0; i < 3; i++) {
      const client = wire.client(`user ${i}`);
      client.post('tools/call', wire.observer.references.of(`before the start ${i}`), DEAD_404);
      client.initialize();
    }
  };

export const scripts: FaultScripts = {
  fault: 'restart-amnesia',
  faulty: [
    {
      name: 'the server restarts, and every session is gone (fastmcp#3073)',
      tell: (wire) => lose(wire, { sessions: 6, lost: 6, apart: 3 }),
    },
    {
      name: 'seen from a proxy',
      vantage: 'proxy',
      tell: (wire) => lose(wire, { sessions: 4, lost: 4, apart: 10 }),
    },
    {
      name: 'three hundred sessions, found dead over a minute',
      tell: (wire) => lose(wire, { sessions: 300, lost: 290, apart: 0.2 }),
    },
    {
      name: 'two restarts, and a session lost by itself: no limit of time',
      tell(wire) {
        lose(wire, { sessions: 3, lost: 3, apart: 10 });
        wire.pass(100);
        lose(wire, { sessions: 6, lost: 6, apart: 3 });
        const client = wire.client('alone');
        const session = client.initialize();
        for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
        wire.pass(200);
        client.post('tools/call', session, DEAD_404);
        const next = client.initialize();
        for (let calls = 0; calls < 3; calls++) client.post('tools/call', next);
        wire.pass(65);
      },
    },
    {
      name: 'three of three',
      above: 'table.restartSessions',
      below: 'table.togetherMs',
      closesAfter: 600,
      tell: (wire) => lose(wire, { sessions: 3, lost: 3, apart: 29 }),
    },
    {
      name: 'one of two replicas is replaced: four of eight',
      above: 'table.restartShare',
      tell: (wire) => lose(wire, { sessions: 8, lost: 4, apart: 5 }),
    },
    {
      name: 'the watch restarts with the server: all it hears of is ids it has never given',
      tell(wire) {
        for (let i = 0; i < 4; i++) {
          wire.pass(5);
          const client = wire.client(`user ${i}`);
          client.post('tools/call', wire.observer.references.of(`before the restart ${i}`), DEAD_404);
          const next = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', next);
        }
      },
    },
  ],
  quiet: [
    {
      name: 'three of a busy family die, and the few of another are no measure',
      tell(wire) {
        const quiet = wire.client('alone', 'zed');
        const session = quiet.initialize();
        lose(wire, { sessions: 20, lost: 3, apart: 5 });
        quiet.post('tools/call', session);
        wire.pass(20);
      },
    },
    {
      name: 'made-up ids are refused while one session lives',
      tell(wire) {
        wire.pass(700);
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', session);
          wire.client(`scanner ${i}`).post('tools/list', wire.observer.references.of(`guess ${i}`), DEAD_404);
          wire.pass(5);
        }
        wire.client('another').initialize();
      },
    },
    {
      name: 'two sessions',
      below: 'table.restartSessions',
      tell: (wire) => lose(wire, { sessions: 2, lost: 2, apart: 5 }),
    },
    { name: 'three of eight', tell: (wire) => lose(wire, { sessions: 8, lost: 3, apart: 5 }) },
    {
      name: 'three of three, but never three within a minute',
      above: 'table.togetherMs',
      tell: (wire) => lose(wire, { sessions: 3, lost: 3, apart: 31 }),
    },
    {
      name: 'a planned restart: drained with Retry-After, and a shared store brings the sessions back',
      tell: (wire) =>
        lose(wire, {
          sessions: 6,
          lost: 6,
          apart: 3,
          answer: { status: 503, bodyClass: 'other', retryAfter: true },
        }),
    },
    {
      name: 'three clients end their sessions and are refused when they come back to them',
      tell(wire) {
        const users = Array.from({ length: 3 }, (_, i) => {
          const client = wire.client(`user ${i}`);
          return { client, session: client.initialize() };
        });
        for (const { client, session } of users) {
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
          client.delete(session, { status: 204 });
          client.post('tools/call', session, DEAD_404);
          const next = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', next);
        }
      },
    },
  ],
  edges: [
    {
      name: 'twelve of 25',
      below: 'table.restartShare',
      tell: (wire) => lose(wire, { sessions: 25, lost: 12, apart: 1 }),
    },
    {
      name: 'one, another 9.8 s later, and two that come too late for the first',
      below: 'table.spanMs',
      tell: lostAt(0, 9.8, 60.5, 60.6),
    },
    {
      name: 'one, another 10.2 s later, and two that come too late for the first',
      above: 'table.spanMs',
      tell: lostAt(0, 10.2, 60.5, 60.6),
    },
    { name: 'unknown ids 590 s after the start', below: 'table.afterStartMs', tell: unknownIds(590) },
    { name: 'unknown ids 610 s after the start', above: 'table.afterStartMs', tell: unknownIds(610) },
  ],
};
