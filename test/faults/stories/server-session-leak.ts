import type { Script } from '../script.ts';
import { type FiringStory, type RuleStories } from './rule-story.ts';

const KIB = 1024;
const SPAN_S = 7200;

/** A server under steady use, and what it keeps of its sessions. */
interface Load {
  /** Sessions that begin within two hours. */
  readonly perSpan: number;
  /** Memory that stays for each of them. */
  readonly kib: number;
  /** For how many hours memory grows. Default 6.5. */
  readonly hours?: number;
  /** Of a hundred sessions, those that are deleted. Default 100. */
  readonly ended?: number;
}

const HOURS = 9;

function load({ perSpan, kib, hours = 6.5, ended = 100 }: Load): Script['tell'] {
  return (wire) => {
    const start = wire.now;
    const client = wire.client('somebody', 'claude-code');
    let begun = 0;
    for (let seconds = 0; seconds < HOURS * 3600; seconds += 60) {
      for (; (begun * SPAN_S) / perSpan <= seconds; begun++) {
        const session = client.initialize({ took: 0 });
        client.post('tools/call', session, { took: 0 });
        if ((begun * ended) % 100 < ended) client.delete(session, { status: 204, took: 0 });
      }
      const grown = Math.min(seconds, hours * 3600) * (perSpan / SPAN_S) * kib * KIB;
      wire.hold(100_000_000 + grown);
      wire.pass((start + (seconds + 60) * 1000 - wire.now) / 1000);
    }
  };
}

/** Told once it is six hours old, and until it has stopped for a while. */
function told(name: string, facts: Load, marks: Partial<FiringStory> = {}): FiringStory {
  return { name, ...marks, silentAt: 350, firesAt: 370, overAt: 530, value: facts.kib, tell: load(facts) };
}

/** FM-27. */
export const serverSessionLeak: RuleStories = {
  fault: 'server-session-leak',
  everyMinutes: 10,
  faulty: [
    told('sixty sessions in two hours, all deleted, 400 KiB kept of each', { perSpan: 60, kib: 400 }),
    told('52 sessions in two hours', { perSpan: 52, kib: 400 }, { above: 'sessions' }),
    told('a little more than 16 MiB in two hours', { perSpan: 60, kib: 280 }, { above: 'growthBytes' }),
    told('8 KiB a session', { perSpan: 2400, kib: 8 }, { above: 'leastBytes' }),
    told('1000 KiB a session', { perSpan: 60, kib: 1000 }, { below: 'mostBytes' }),
    told(
      'a little more than half of them deleted',
      { perSpan: 60, kib: 400, ended: 52 },
      { above: 'endedShare' },
    ),
    told('six hours and some minutes long', { perSpan: 60, kib: 280, hours: 6.2 }, { above: 'spanMs' }),
  ],
  quiet: [
    { name: '48 sessions in two hours', below: 'sessions', tell: load({ perSpan: 48, kib: 400 }) },
    {
      name: 'a little less than 16 MiB in two hours',
      below: 'growthBytes',
      tell: load({ perSpan: 60, kib: 265 }),
    },
    { name: '6 KiB a session', below: 'leastBytes', tell: load({ perSpan: 3000, kib: 6 }) },
    {
      name: '1050 KiB a session: something else leaks',
      above: 'mostBytes',
      tell: load({ perSpan: 60, kib: 1050 }),
    },
    {
      name: 'fewer than half are deleted: it is their clients that leave them behind',
      below: 'endedShare',
      tell: load({ perSpan: 60, kib: 400, ended: 45 }),
    },
    {
      name: 'it stops before six hours are over',
      below: 'spanMs',
      tell: load({ perSpan: 60, kib: 280, hours: 5.6 }),
    },
    { name: 'a cache that warms up for three hours', tell: load({ perSpan: 60, kib: 400, hours: 3 }) },
    { name: 'a server that frees what it used', tell: load({ perSpan: 600, kib: 0 }) },
  ],
};
