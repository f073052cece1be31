import type { FaultScripts, Script, Wire } from '../script.ts';

interface Left {
  /** Sessions left behind without a word. */
  readonly idle: number;
  /** Sessions ended with DELETE. */
  readonly deleted?: number;
  /** Sessions in use all the while. */
  readonly awake?: number;
  /** How long they have lain there at the end, in seconds. */
  readonly seconds?: number;
}

const left =
  ({ idle, deleted = 0, awake = 0, seconds = 700 }: Left): Script['tell'] =>
  (wire) => {
    begin(wire, idle);
    for (const { client, session } of begin(wire, deleted)) client.delete(session, { status: 204 });
    const inUse = begin(wire, awake);
    for (let passed = 0; passed < seconds; passed += 100) {
      for (const { client, session } of inUse) client.post('tools/call', session);
      wire.pass(Math.min(100, seconds - passed));
    }
  };

function begin(wire: Wire, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const client = wire.client(`user ${i} of ${count}`);
    return { client, session: client.initialize() };
  });
}

/** Nine sessions are left behind, and a tenth that was begun before the watch and is seen to be used so often. */
const tenthUsed =
  (times: number): Script['tell'] =>
  (wire) => {
    for (let i = 0; i < times; i++)
      wire.client('tenth').post('tools/call', wire.observer.references.of('begun before the watch'));
    left({ idle: 9 })(wire);
  };

/** Ten sessions are ended in order, and so many hours later thirty are left behind by the next release. */
const newRelease =
  (hours: number): Script['tell'] =>
  (wire) => {
    left({ idle: 0, deleted: 10, seconds: hours * 3600 })(wire);
    left({ idle: 30 })(wire);
  };

export const scripts: FaultScripts = {
  fault: 'orphaned-sessions',
  faulty: [
    {
      name: 'a product that never says DELETE leaves a session behind with every use (claude-code#56456)',
      tell(wire) {
        for (let i = 0; i < 12; i++) {
          const client = wire.client(`user ${i}`, 'claude-code');
          const session = client.initialize();
          client.post('tools/call', session);
          wire.pass(30);
        }
        wire.pass(620);
      },
    },
  ],
  quiet: [
    {
      name: 'nine idle sessions are not yet a heap',
      tell(wire) {
        for (let i = 0; i < 9; i++) wire.client(`user ${i}`).initialize();
        wire.pass(900);
      },
    },
    {
      name: 'every session is ended with DELETE',
      tell(wire) {
        for (let i = 0; i < 30; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          client.post('tools/call', session);
          client.delete(session, { status: 204 });
          wire.pass(30);
        }
        wire.pass(620);
      },
    },
    {
      name: 'most sessions are ended, and crashes leave some behind',
      tell(wire) {
        for (let i = 0; i < 20; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          if (i < 5) client.delete(session, { status: 204 });
          wire.pass(5);
        }
        wire.pass(620);
      },
    },
    {
      name: 'quiet desktop programs listen on their streams',
      tell(wire) {
        const closers: (() => void)[] = [];
        for (let i = 0; i < 15; i++) {
          const client = wire.client(`user ${i}`);
          closers.push(client.listen(client.initialize()));
          wire.pass(1);
        }
        wire.pass(1800);
        for (const close of closers) close();
      },
    },
    {
      name: 'their streams opened before the answers to their handshakes were over',
      tell(wire) {
        const closers: (() => void)[] = [];
        for (let i = 0; i < 15; i++) {
          const client = wire.client(`user ${i}`);
          const session = wire.observer.references.of(`given in a stream ${i}`);
          const startedAt = wire.now;
          closers.push(client.listen(session));
          client.post('notifications/initialized', session, { status: 202 });
          client.handshake({ startedAt, sessionGiven: session });
          wire.pass(1);
        }
        wire.pass(1800);
        for (const close of closers) close();
      },
    },
    {
      name: 'twelve idle beside seven in use: people at lunch',
      tell(wire) {
        const sessions = Array.from({ length: 19 }, (_, i) => {
          const client = wire.client(`user ${i}`);
          return { client, session: client.initialize() };
        });
        for (let minute = 0; minute < 15; minute++) {
          for (const { client, session } of sessions.slice(12)) client.post('tools/call', session);
          wire.pass(60);
        }
      },
    },
  ],
  edges: [
    { name: 'nine sessions', below: 'idle', tell: left({ idle: 9 }) },
    { name: 'ten sessions', above: 'idle', tell: left({ idle: 10 }) },
    { name: '39 idle beside 20 in use', below: 'idlePerAwake', tell: left({ idle: 39, awake: 20 }) },
    { name: '40 idle beside 20 in use', above: 'idlePerAwake', tell: left({ idle: 40, awake: 20 }) },
    { name: '10 of 51 were ended', below: 'deletedRatio', tell: left({ idle: 41, deleted: 10 }) },
    { name: '10 of 49 were ended', above: 'deletedRatio', tell: left({ idle: 39, deleted: 10 }) },
    { name: 'left for 590 s', below: 'table.idleAfterMs', tell: left({ idle: 10, seconds: 590 }) },
    { name: 'left for 615 s', above: 'table.idleAfterMs', tell: left({ idle: 10, seconds: 615 }) },
    { name: 'the tenth was used once', below: 'table.provedAfter', tell: tenthUsed(1) },
    { name: 'the tenth was used twice', above: 'table.provedAfter', tell: tenthUsed(2) },
    { name: 'a new release after 23.5 h', below: 'table.halfLifeMs', tell: newRelease(23.5) },
    { name: 'a new release after 24.5 h', above: 'table.halfLifeMs', tell: newRelease(24.5) },
  ],
};
