import { DEAD_404, type Script } from '../script.ts';
import { eachMinute, type FiringStory, type RuleStories } from './rule-story.ts';

/** How a fleet begins sessions. */
interface Fleet {
  /** Handshakes each minute, by the clients in turn. */
  readonly perMinute: number;
  readonly clients: number;
  /** For how many minutes; then it is over. Default 20. */
  readonly minutes?: number;
  /** Sessions lost each minute. Default 0. */
  readonly lost?: number;
  /** Sessions are used and deleted, as a program does that runs to its end. */
  readonly deleted?: boolean;
}

const STORM = 10;
const MINUTES = 60;

function fleet({ perMinute, clients, minutes = 20, lost = 0, deleted = false }: Fleet): Script['tell'] {
  return (wire) => {
    let turn = 0;
    eachMinute(wire, MINUTES, (minute) => {
      if (minute < STORM || minute >= STORM + minutes) return;
      for (let i = 0; i < perMinute; i++) {
        const client = wire.client(`host ${turn++ % clients}`, 'librechat');
        const session = client.initialize({ took: 1 });
        if (deleted) client.post('tools/call', session, { took: 1 });
        if (deleted) client.delete(session, { status: 204, took: 1 });
        if (i < lost) client.post('tools/list', session, { ...DEAD_404, took: 1 });
      }
    });
  };
}

/** Told once it is ten minutes old, and until ten minutes after its end. */
function told(name: string, facts: Fleet, marks: Partial<FiringStory> = {}): FiringStory {
  return {
    name,
    ...marks,
    silentAt: STORM,
    firesAt: STORM + 20,
    overAt: STORM + 40,
    value: 10 * facts.perMinute,
    tell: fleet(facts),
  };
}

/** FM-15, at many clients. */
export const fleetReinitStorm: RuleStories = {
  fault: 'fleet-reinit-storm',
  everyMinutes: 5,
  faulty: [
    told('sixty clients initialize once a minute', { perMinute: 61, clients: 61 }, { above: 'initializes' }),
    told('three times for each client', { perMinute: 61, clients: 203 }, { above: 'perClient' }),
    told(
      'more than twice for each lost session',
      { perMinute: 61, clients: 61, lost: 30 },
      { above: 'perLoss' },
    ),
    {
      ...told(
        'more than five times as many as a day ago',
        { perMinute: 126, clients: 63 },
        { above: 'growth' },
      ),
      formerly: { days: 1, tell: fleet({ perMinute: 25, clients: 60 }) },
    },
    {
      ...told(
        'as many again for sixteen minutes',
        { perMinute: 70, clients: 70, minutes: 16 },
        { above: 'windowMs' },
      ),
      firesAt: STORM + 15,
      overAt: STORM + 30,
    },
  ],
  quiet: [
    {
      name: 'a little less than one a second',
      below: 'initializes',
      tell: fleet({ perMinute: 59, clients: 59 }),
    },
    {
      name: 'not quite three times for each client',
      below: 'perClient',
      tell: fleet({ perMinute: 61, clients: 204 }),
    },
    {
      name: 'not quite twice for each lost session: a server that restarts again and again',
      below: 'perLoss',
      tell: fleet({ perMinute: 61, clients: 61, lost: 31 }),
    },
    {
      name: 'not quite five times as many as a day ago',
      below: 'growth',
      tell: fleet({ perMinute: 124, clients: 62 }),
      formerly: { days: 1, tell: fleet({ perMinute: 25, clients: 60 }) },
    },
    {
      name: 'as every week at this hour',
      tell: fleet({ perMinute: 100, clients: 50 }),
      formerly: { days: 7, tell: fleet({ perMinute: 100, clients: 50 }) },
    },
    {
      name: 'a storm of eight minutes',
      below: 'windowMs',
      tell: fleet({ perMinute: 70, clients: 70, minutes: 8 }),
    },
    {
      name: 'a morning: a thousand users log in within ten minutes',
      tell: fleet({ perMinute: 100, clients: 1000, minutes: 10 }),
    },
    {
      name: 'CI fans out: programs that begin a session, use it and delete it',
      tell: fleet({ perMinute: 100, clients: 1, deleted: true }),
    },
  ],
};
