import type { StreamFacts } from '../../../src/exchange/index.ts';
import type { Answer, FaultScripts, ScriptClient, Wire } from '../script.ts';

interface Listener {
  readonly client: ScriptClient;
  readonly session: string;
}

/** Clients of one product, each with a session of its own. */
function listeners(wire: Wire, count: number): Listener[] {
  return Array.from({ length: count }, (_, i) => {
    const client = wire.client(`user ${i}`);
    return { client, session: client.initialize() };
  });
}

interface Cut {
  /** How many seconds before the end something was last written; the whole life when left out. */
  readonly silent?: number;
  readonly facts?: Partial<StreamFacts>;
  readonly answer?: Answer;
}

/** All listen, for as many seconds as each of the `lives` says, one after the other. */
function listen(wire: Wire, all: readonly Listener[], lives: readonly number[], cut: Cut = {}): void {
  for (const life of lives) {
    const lastWriteAt = wire.now + (life - (cut.silent ?? life)) * 1000;
    const closers = all.map(({ client, session }) => client.listen(session, { lastWriteAt, ...cut.facts }));
    wire.pass(life);
    for (const close of closers) close(cut.answer);
  }
}

const times = (count: number, seconds: number): number[] => Array.from({ length: count }, () => seconds);

export const scripts: FaultScripts = {
  fault: 'sse-flap',
  faulty: [
    {
      name: 'every stream is cut at 300 s (open-webui#30068)',
      tell: (wire) => listen(wire, listeners(wire, 6), times(4, 300)),
    },
    {
      name: 'a proxy cuts at 60 s what is silent (fastmcp(ts)#120)',
      above: 'sessions',
      tell: (wire) => listen(wire, listeners(wire, 5), times(6, 60)),
    },
    {
      name: 'the edge answers for the cut with a clean end, and says nothing of when to come back (agentdeals#1100)',
      tell: (wire) => listen(wire, listeners(wire, 5), times(6, 125), { answer: { ending: 'complete' } }),
    },
    {
      name: 'cuts that scatter by 2.9 s',
      below: 'spreadMs',
      tell: (wire) => listen(wire, listeners(wire, 5), [117.1, 122.9, 117.1, 122.9]),
    },
    {
      name: 'three of five cuts lie together',
      above: 'share',
      tell: (wire) => listen(wire, listeners(wire, 5), [60, 20, 60, 90, 60]),
    },
    {
      name: 'something was written at the beginning, and nothing for nine tenths of the time',
      above: 'silentShare',
      tell: (wire) => listen(wire, listeners(wire, 5), times(6, 100), { silent: 92 }),
    },
    {
      name: 'a cut at 520 s: nearly seven in an hour',
      above: 'perHour',
      tell: (wire) => listen(wire, listeners(wire, 5), times(3, 520)),
    },
    {
      name: 'ten cuts are a pattern',
      above: 'streams',
      closesAfter: 900,
      tell: (wire) => listen(wire, listeners(wire, 5), times(2, 60)),
    },
    {
      name: 'ten cuts, the first 59 minutes before the last',
      below: 'windowMs',
      tell(wire) {
        const all = listeners(wire, 5);
        listen(wire, all, [60]);
        wire.pass(3480);
        listen(wire, all, [60]);
      },
    },
  ],
  quiet: [
    {
      name: 'the server ends its streams at a certain age on purpose, and says when to come back',
      tell: (wire) =>
        listen(wire, listeners(wire, 6), times(6, 120), {
          facts: { retryHint: true },
          answer: { ending: 'complete' },
        }),
    },
    {
      name: 'people come and go',
      tell: (wire) => listen(wire, listeners(wire, 6), [37, 212, 90, 300, 14, 155, 61, 410]),
    },
    {
      name: 'comments keep the streams alive, and a deploy ends them at once',
      tell: (wire) => listen(wire, listeners(wire, 20), [900], { silent: 12 }),
    },
    {
      name: 'streams that end every 120 s, yet were written to a moment before',
      tell: (wire) => listen(wire, listeners(wire, 6), times(6, 120), { silent: 15 }),
    },
    {
      name: 'silent for less than nine tenths of the time',
      below: 'silentShare',
      tell: (wire) => listen(wire, listeners(wire, 5), times(6, 100), { silent: 88 }),
    },
    {
      name: 'four sessions are not yet a pattern',
      below: 'sessions',
      tell: (wire) => listen(wire, listeners(wire, 4), times(6, 60)),
    },
    {
      name: 'four of seven cuts lie together',
      below: 'share',
      tell: (wire) => listen(wire, listeners(wire, 5), [20, 60, 90, 60, 140, 60, 60]),
    },
    {
      name: 'cuts that scatter by 3.1 s',
      above: 'spreadMs',
      tell: (wire) => listen(wire, listeners(wire, 5), [116.9, 123.1]),
    },
    {
      name: 'the platform cuts at 610 s: less than six in an hour',
      below: 'perHour',
      tell: (wire) => listen(wire, listeners(wire, 5), times(3, 610)),
    },
    {
      name: 'nine cuts are not yet a pattern',
      below: 'streams',
      tell: (wire) => listen(wire, listeners(wire, 9), [60]),
    },
    {
      name: 'ten cuts, the first 61 minutes before the last',
      above: 'windowMs',
      tell(wire) {
        const all = listeners(wire, 5);
        listen(wire, all, [60]);
        wire.pass(3600);
        listen(wire, all, [60]);
      },
    },
    {
      name: 'the platform cuts once an hour',
      tell: (wire) => listen(wire, listeners(wire, 20), [3600]),
    },
  ],
  edges: [
    {
      name: 'cut after 14.5 s: a loop rather than a limit',
      below: 'shortestMs',
      tell: (wire) => listen(wire, listeners(wire, 5), times(4, 14.5)),
    },
    {
      name: 'cut after 15.5 s',
      above: 'shortestMs',
      tell: (wire) => listen(wire, listeners(wire, 5), times(4, 15.5)),
    },
  ],
};
