import type { Reference } from '../../../src/exchange/index.ts';
import { DEAD_404, SILENT, type FaultScripts, type Script, type ScriptClient, type Wire } from '../script.ts';

interface Resting {
  /** For each session how long it rests before it is found dead, in seconds. */
  readonly fatal: readonly number[];
  /** Seconds between the last call of one session and that of the next. */
  readonly apart: number;
  /** A session beside them that rests for so long, and is accepted. */
  readonly survived?: number;
}

/** Sessions work one after another, rest, and are found dead at the next call; their clients begin anew. */
function rest(wire: Wire, { fatal, apart, survived = 0 }: Resting): void {
  const start = wire.now;
  const until = (seconds: number) => wire.pass(Math.max(0, seconds - (wire.now - start) / 1000));
  const work = (client: ScriptClient, session: Reference) => {
    for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
  };
  const moments = fatal.flatMap((seconds, i) => {
    const client = wire.client(`user ${i}`);
    let session: Reference;
    const begin = () => work(client, (session = client.initialize()));
    const wake = () => {
      client.post('tools/call', session, DEAD_404);
      begin();
    };
    return [
      { at: survived + i * apart, happens: begin },
      { at: survived + i * apart + seconds, happens: wake },
    ];
  });
  const survivor = wire.client('survivor');
  const lasting = survivor.initialize();
  work(survivor, lasting);
  until(survived);
  work(survivor, lasting);
  for (const { at, happens } of moments.toSorted((a, b) => a.at - b.at)) {
    until(at);
    happens();
  }
  wire.pass(65);
}

/** A session is dead while its stream is open, and so many seconds later another replica serves it. */
const servedAgain =
  (seconds: number): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    const session = client.initialize();
    client.post('tools/call', session);
    client.listen(session);
    wire.pass(5);
    client.post('tools/call', session, DEAD_404);
    wire.pass(seconds);
    client.post('tools/call', session);
    wire.pass(10);
  };

export const scripts: FaultScripts = {
  fault: 'premature-eviction',
  faulty: [
    {
      name: 'sessions die after five minutes of rest, each at its own time (CowAgent#3092)',
      above: 'table.expiredSessions',
      tell: (wire) => rest(wire, { fatal: [301, 302, 305], apart: 50 }),
    },
    {
      name: 'a limit of a minute (zilla#2525)',
      tell: (wire) => rest(wire, { fatal: [61, 63, 65, 70], apart: 40 }),
    },
    {
      name: 'they die within little more than a minute',
      tell: (wire) => rest(wire, { fatal: [301, 301, 301], apart: 32 }),
    },
    {
      name: 'rests just below ten minutes',
      below: 'restMs',
      tell: (wire) => rest(wire, { fatal: [590, 592, 595], apart: 40 }),
    },
    {
      name: 'a session dies while its stream is open (claude-code#55970)',
      closesAfter: 595,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const close = client.listen(session);
        wire.pass(120);
        client.post('tools/call', session, DEAD_404);
        close();
        client.post('tools/call', client.initialize());
        wire.pass(65);
      },
    },
    {
      name: 'one of them was left for half an hour: that is no proof of a longer limit',
      tell: (wire) => rest(wire, { fatal: [1800, 301, 302, 305], apart: 50 }),
    },
  ],
  quiet: [
    {
      name: 'a restart with drain: the old process holds the streams while the new one refuses the ids',
      also: ['restart-amnesia'],
      tell(wire) {
        const users = Array.from({ length: 4 }, (_, i) => {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
          return { client, session, close: client.listen(session) };
        });
        wire.pass(120);
        for (const { client, session } of users) {
          client.post('tools/call', session, DEAD_404);
          const next = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', next);
          wire.pass(10);
        }
        for (const { close } of users) close();
        wire.pass(65);
      },
    },
    {
      name: 'the stream is open at one replica, and the call reaches another',
      also: ['lost-affinity'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const close = client.listen(session);
        for (let i = 0; i < 4; i++) {
          wire.pass(5);
          client.post('tools/call', session, i % 2 === 0 ? DEAD_404 : {});
        }
        wire.pass(65);
        close();
      },
    },
    {
      name: 'the death is told in a stream that answers the call itself',
      also: ['dead-session-masked-2xx'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        const at = wire.now;
        client.post('tools/call', session, {
          bodyClass: 'session-dead',
          errorUnaddressed: true,
          stream: { ...SILENT, kind: 'post', openedAt: at, carriedData: true },
        });
        client.post('tools/call', client.initialize());
        wire.pass(65);
      },
    },
    {
      name: 'two sessions do not make a limit',
      below: 'table.expiredSessions',
      tell: (wire) => rest(wire, { fatal: [301, 302], apart: 90 }),
    },
    {
      name: 'rests of more than ten minutes: people had left',
      above: 'restMs',
      tell: (wire) => rest(wire, { fatal: [605, 607, 610], apart: 40 }),
    },
    {
      name: 'another session rested longer and was accepted: no limit of time killed these',
      tell: (wire) => rest(wire, { fatal: [301, 302, 305], apart: 50, survived: 320 }),
    },
    {
      name: 'three of many die within a minute: something happened, but no limit of time',
      tell(wire) {
        for (let i = 0; i < 9; i++) {
          const client = wire.client(`staying ${i}`);
          const session = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
        }
        rest(wire, { fatal: [301, 302, 303], apart: 20 });
      },
    },
    {
      name: 'the sessions were ended from elsewhere with DELETE',
      tell(wire) {
        for (let i = 0; i < 4; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', session);
          wire.pass(60);
          client.delete(session, { status: 204 });
          wire.pass(60);
          client.post('tools/call', session, DEAD_404);
          const next = client.initialize();
          for (let calls = 0; calls < 3; calls++) client.post('tools/call', next);
        }
      },
    },
    {
      name: 'the stream had ended before the session died',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const close = client.listen(session);
        wire.pass(60);
        close();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the stream belongs to another session of the same client',
      tell(wire) {
        const client = wire.client();
        const listening = client.initialize();
        const close = client.listen(listening);
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(120);
        client.post('tools/call', session, DEAD_404);
        client.post('tools/call', client.initialize());
        client.post('tools/call', listening);
        close();
      },
    },
  ],
  edges: [
    { name: 'it is served again after 58 s', below: 'settleMs', tell: servedAgain(58) },
    { name: 'it is served again after 62 s', above: 'settleMs', tell: servedAgain(62) },
  ],
};
