import type { FaultScripts, Script, Wire } from '../script.ts';

interface Listening {
  /** Sessions that listen and were asked nothing for a long time. */
  readonly ghosts: number;
  /** Sessions that listen and work. */
  readonly working: number;
  readonly seconds?: number;
}

/** Streams that are opened and held, and at the end all closed. */
function listen(wire: Wire, { ghosts, working, seconds = 3700 }: Listening): void {
  const closers: (() => void)[] = [];
  const workers = Array.from({ length: working }, (_, i) => {
    const client = wire.client(`worker ${i}`);
    const session = client.initialize();
    closers.push(client.listen(session, { lastWriteAt: wire.now + seconds * 1000 }));
    return { client, session };
  });
  for (let i = 0; i < ghosts; i++) {
    const client = wire.client(`ghost ${i}`);
    const session = client.initialize();
    client.post('tools/call', session);
    closers.push(client.listen(session));
    if (i % 10 === 9) wire.pass(10);
  }
  for (let second = 0; second < seconds; second += 300) {
    for (const { client, session } of workers) client.post('tools/call', session);
    wire.pass(Math.min(300, seconds - second));
  }
  for (const close of closers) close();
}

interface Abandoned {
  /** When their last calls come, and when somebody else begins a session, so that they are counted: in seconds. */
  readonly used?: number;
  readonly newcomer?: number;
  readonly seconds: number;
}

/** A hundred and twenty sessions listen, are used once more, and are left. */
const abandoned =
  ({ used = 0, newcomer = used, seconds }: Abandoned): Script['tell'] =>
  (wire) => {
    const ghosts = Array.from({ length: 120 }, (_, i) => {
      const client = wire.client(`ghost ${i}`);
      const session = client.initialize();
      client.listen(session);
      return { client, session };
    });
    wire.pass(used);
    for (const { client, session } of ghosts) client.post('tools/call', session);
    wire.pass(newcomer - used);
    if (newcomer > used) wire.client('newcomer').initialize();
    wire.pass(seconds - newcomer);
  };

export const scripts: FaultScripts = {
  fault: 'stream-leak',
  faulty: [
    {
      name: 'streams of sessions that nobody uses fill the server (auggie#162)',
      tell: (wire) => listen(wire, { ghosts: 120, working: 10 }),
    },
    {
      name: 'a hundred and one',
      above: 'streams',
      tell: (wire) => listen(wire, { ghosts: 101, working: 10, seconds: 1200 }),
    },
    {
      name: 'a little more than half',
      above: 'share',
      tell: (wire) => listen(wire, { ghosts: 110, working: 105, seconds: 1200 }),
    },
    {
      name: 'silent for little more than a quarter of an hour',
      tell: (wire) => listen(wire, { ghosts: 120, working: 10, seconds: 1020 }),
    },
  ],
  quiet: [
    {
      name: 'idle desktop programs listen for an hour, one stream each',
      tell: (wire) => listen(wire, { ghosts: 40, working: 10 }),
    },
    {
      name: 'a hundred and twenty sessions listen, and all of them work',
      tell: (wire) => listen(wire, { ghosts: 0, working: 120 }),
    },
    {
      name: 'a coffee break: silent for little less than a quarter of an hour',
      tell: (wire) => listen(wire, { ghosts: 120, working: 10, seconds: 850 }),
    },
    {
      name: 'a hundred',
      below: 'streams',
      tell: (wire) => listen(wire, { ghosts: 100, working: 10, seconds: 1200 }),
    },
    {
      name: 'a little less than half',
      below: 'share',
      tell: (wire) => listen(wire, { ghosts: 110, working: 115, seconds: 1200 }),
    },
  ],
  edges: [
    { name: 'left for 880 s', below: 'unusedMs', tell: abandoned({ newcomer: 880, seconds: 885 }) },
    { name: 'left for 920 s', above: 'unusedMs', tell: abandoned({ newcomer: 920, seconds: 925 }) },
    {
      name: 'counted before 15 minutes were over, and not yet again',
      below: 'lookEveryMs',
      tell: abandoned({ used: 5, seconds: 955 }),
    },
    {
      name: 'counted before 15 minutes were over, and again a minute later',
      above: 'lookEveryMs',
      tell: abandoned({ used: 50, seconds: 965 }),
    },
  ],
};
