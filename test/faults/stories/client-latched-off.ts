import type { Reference } from '../../../src/exchange/index.ts';
import { DEAD_404, type Script } from '../script.ts';
import { eachMinute, type FiringStory, type RuleStories } from './rule-story.ts';

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

/** FM-13, as a server sees it. */
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
    { name: 'an evening: all go home', vantage: 'proxy', tell: office({ clients: 30, gone: 30, lost: 0 }) },
  ],
};
