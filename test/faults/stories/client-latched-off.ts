import type { Reference } from '../../../src/exchange/index.ts';
import { DEAD_404, type Answer, type Script } from '../script.ts';
import { eachMinute, type FiringStory, type RuleStories, type RuleStory } from './rule-story.ts';

/** An office at work, and the minute in which its server is restarted. */
interface Office {
  readonly clients: number;
  /** Of them, those that are never heard of again; the first ones. */
  readonly gone: number;
  /** Of all, those that still ask with the dead id, and so find out. Default: all. */
  readonly lost?: number;
  /** Minutes between one who finds out and the next. Default 0: all at once. */
  readonly apart?: number;
  /** Minutes after which the gone come back after all. */
  readonly backAfter?: number;
  /** Minutes after which those who stay begin anew. Default 0: at once. */
  readonly lazyFor?: number;
}

const RESTART = 20;
const MINUTES = 100;

/** Every client calls a tool every other minute, until the restart; then most begin anew. */
function office({
  clients,
  gone,
  lost = clients,
  apart = 0,
  backAfter = Infinity,
  lazyFor = 0,
}: Office): Script['tell'] {
  return (wire) => {
    const staff = Array.from({ length: clients }, (_, i) => wire.client(`user ${i}`, 'claude-code'));
    const sessions: (Reference | undefined)[] = [];
    eachMinute(wire, MINUTES, (minute) => {
      staff.forEach((client, i) => {
        const since = minute - RESTART;
        if (since >= 0 && since === i * apart && i < lost) {
          client.post('tools/call', sessions[i], DEAD_404);
          sessions[i] = undefined;
        }
        if (since >= 0 && since < i * apart) return;
        if (since === 0 && i >= lost) sessions[i] = undefined;
        if (since >= 0 && since < (i < gone ? backAfter : lazyFor)) return;
        sessions[i] ??= client.initialize();
        if (minute % 2 === 0) client.post('tools/call', sessions[i]);
      });
    });
  };
}

/** Told from half an hour after the restart on, and for half an hour after the loss has passed out of sight. */
function told(name: string, facts: Office, marks: Pick<FiringStory, 'above' | 'below'> = {}): FiringStory {
  const last = RESTART + (facts.apart ?? 0) * ((facts.lost ?? facts.clients) - 1);
  return {
    name,
    vantage: 'proxy',
    ...marks,
    silentAt: RESTART + 28,
    firesAt: RESTART + 34,
    overAt: last + 70,
    value: facts.gone,
    tell: office(facts),
  };
}

/** A program that works with two servers, and in one minute is refused by the first. */
interface Program {
  /** Minutes for which it has used the first server by then. Default 40. */
  readonly usedFor?: number;
  /** Minutes between one call and the next there. Default 2. */
  readonly pause?: number;
  /** How its call fails. Default: for a session that is dead; nothing: it is answered, and the work is done. */
  readonly failure?: Answer | undefined;
  /** It makes the call again at once, in a new session. */
  readonly repeats?: boolean;
  /** Minutes after which it uses that server again. Default: never. */
  readonly backAfter?: number;
  /** Minutes from the failure for which it goes on with the other server. Default: to the end. */
  readonly othersFor?: number;
}

const FAILURE = 50;
const ORDER: Answer = { callDigest: '0d0d0d0d0d0d' };
const GONE: Answer = { status: 0, ending: 'reset' };

function program(facts: Program): Script['tell'] {
  const { usedFor = 40, pause = 2, repeats = false, backAfter = Infinity, othersFor = Infinity } = facts;
  const { failure } = { failure: DEAD_404, ...facts };
  return (wire) => {
    const first = wire.client('agent', 'claude-code');
    const second = wire.client('agent', 'claude-code', 'other');
    let session: Reference | undefined;
    let other: Reference | undefined;
    eachMinute(wire, FAILURE + 100, (minute) => {
      const since = minute - FAILURE;
      if (since === 0 && failure !== undefined) first.post('tools/call', session, { ...ORDER, ...failure });
      if (since === 0 && repeats) first.post('tools/call', first.initialize(), ORDER);
      if (since >= backAfter && session !== undefined) {
        first.post('tools/call', first.initialize());
      } else if (since < 0 && since >= -usedFor && since % pause === 0) {
        session ??= first.initialize();
        first.post('tools/call', session);
      }
      other ??= second.initialize();
      if (since < othersFor && minute % 2 === 0) second.post('tools/call', other);
    });
  };
}

/** A call is known not to be repeated after two minutes; half an hour later it is told, and for half an hour more. */
function toldOfProgram(
  name: string,
  facts: Program,
  marks: Pick<FiringStory, 'above' | 'below'> = {},
): FiringStory {
  return {
    name,
    vantage: 'client',
    targets: ['default', 'other'],
    ...marks,
    silentAt: FAILURE + 30,
    firesAt: FAILURE + 34,
    overAt: FAILURE + 70,
    value: 1,
    tell: program(facts),
  };
}

function quietProgram(name: string, facts: Program, marks: Partial<RuleStory> = {}): RuleStory {
  return { name, vantage: 'client', targets: ['default', 'other'], ...marks, tell: program(facts) };
}

/** FM-13, as a server sees it, and as a program does. */
export const clientLatchedOff: RuleStories = {
  fault: 'client-latched-off',
  everyMinutes: 2,
  faulty: [
    told(
      'thirty of a hundred clients are told of a restart, and never come back',
      { clients: 100, gone: 30 },
      { above: 'share' },
    ),
    told('ten clients, of which three vanish', { clients: 10, gone: 3 }, { above: 'clients' }),
    told('three sessions are known to be lost', { clients: 12, gone: 5, lost: 3 }, { above: 'lost' }),
    told(
      'all who vanish come back, after 34 minutes',
      { clients: 12, gone: 5, backAfter: 34 },
      { above: 'returnMs' },
    ),
    told('three lost within four minutes', { clients: 12, gone: 5, lost: 3, apart: 1 }, { above: 'lossMs' }),
    toldOfProgram(
      'a program loses its session at a server, shows the error, and asks there no more (claude-code#60949)',
      {},
      { above: 'usedMs' },
    ),
    toldOfProgram('a program finds no server, and gives up (hermes-agent#35661)', { failure: GONE }),
  ],
  quiet: [
    {
      name: '29 of a hundred vanish',
      vantage: 'proxy',
      below: 'share',
      tell: office({ clients: 100, gone: 29 }),
    },
    {
      name: 'of nine clients three go to lunch',
      vantage: 'proxy',
      below: 'clients',
      tell: office({ clients: 9, gone: 3 }),
    },
    {
      name: 'two sessions are lost, and many go home',
      vantage: 'proxy',
      below: 'lost',
      tell: office({ clients: 12, gone: 5, lost: 2 }),
    },
    {
      name: 'all come back, after 26 minutes',
      vantage: 'proxy',
      below: 'returnMs',
      tell: office({ clients: 12, gone: 5, backAfter: 26 }),
    },
    {
      name: 'three lost in a quarter of an hour, and many go home',
      vantage: 'proxy',
      below: 'lossMs',
      tell: office({ clients: 12, gone: 5, lost: 3, apart: 6 }),
    },
    {
      name: 'a deploy: everybody is told, and begins anew with the next use a quarter of an hour later',
      vantage: 'proxy',
      tell: office({ clients: 30, gone: 0, lazyFor: 15 }),
    },
    quietProgram('a program had used the server for 25 minutes', { usedFor: 25 }, { below: 'usedMs' }),
    quietProgram('a program that is 23 minutes old', { usedFor: 24 }, { beginsAt: FAILURE - 23 }),
    quietProgram('a program asks now and then, with pauses of 12 minutes', { pause: 12 }),
    quietProgram('a program comes back after 26 minutes', { backAfter: 26 }),
    quietProgram('a program has finished its work with a server', { failure: undefined }),
    quietProgram('a program repeats the call in a new session, and is done', { repeats: true }),
    quietProgram('at night: a program is idle at all its servers', { othersFor: 5 }),
    quietProgram('a program ends soon after its call failed', {}, { endsAt: FAILURE + 5 }),
    quietProgram('a program that has no other server: who is to say that it is not at rest?', {
      othersFor: -100,
    }),
    {
      name: 'in a program that speaks for many, some of whom go: it sees no more of them',
      vantage: 'client',
      tell: office({ clients: 12, gone: 5 }),
    },
    { name: 'an evening: all go home', vantage: 'proxy', tell: office({ clients: 30, gone: 30, lost: 0 }) },
  ],
};
