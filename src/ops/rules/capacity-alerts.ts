import { metrics } from '../../signals/index.ts';
import { secondsOf } from '../duration.ts';
import { PLACE, PROCESS } from '../fault-rules.ts';
import {
  ahead,
  atLeast,
  before,
  below,
  compared,
  dividedBy,
  greatest,
  peak,
  recorded,
  sum,
  times,
  unless,
  where,
  type Vector,
} from '../promql/index.ts';
import type { Source } from '../source.ts';
import { defineAlert, type AlertDefinition } from './definition.ts';

/** What will be an outage if nobody does anything. */

const MIB = 1_048_576;

/** What forecasts rest on. */
const FORECAST = {
  window: { value: '2h', unit: 'duration', reason: 'shorter growth is a cache that warms up, or a meeting' },
  recent: { value: '30m', unit: 'duration', reason: 'and it must still go on' },
  ahead: { value: '4h', unit: 'duration', reason: 'time to act before it comes to that' },
} as const;

type ForecastTuned = Readonly<Record<keyof typeof FORECAST, string>>;

/** Where the sessions of many clients are held. */
const HELD = { vantage: { like: 'proxy|server' } } as const;

const sessionsOutgrowClients = defineAlert({
  id: 'sessions-outgrow-clients',
  file: 'mcp-session-capacity.yaml',
  summary: 'A server holds many more sessions than it has clients.',
  when: 'sessions are many, and many times the clients of the busiest moment of the last day',
  dashboard: 'sessions',
  tunables: {
    sessions: { value: 1000, unit: 'count', reason: 'fewer cost no server anything' },
    perClient: {
      value: 10,
      unit: 'ratio',
      reason: 'a client has one, or a few for as many windows; those who left for the night are in the peak',
    },
    within: {
      value: '1d',
      unit: 'duration',
      reason: 'a session may rest for so long before it is forgotten',
    },
  },
  levels: [
    {
      severity: 'info',
      reason:
        'a cost, and no more, as long as neither memory nor a cap ends it: those have alerts of their own',
      for: '1h',
      condition: ({ sessions, perClient, within }, from) => {
        const held = heldIn(from);
        const clients = peak(sum(from.select(metrics.clientsActive, HELD), PLACE), within, '5m');
        return where(compared(held, '>=', times(perClient, clients)), atLeast(held, sessions));
      },
    },
  ],
  describe: ({ value, label }, { perClient, within }) => [
    `Sessions held by target ${label('target')} of job ${label('job')}, as seen by the ${label('vantage')}: ${value}.`,
    `That is ${perClient} times as many or more as it had clients at the busiest moment of the last ${within}.`,
    'Clients leave without DELETE, or take a session for each call; end sessions that rest, and see which client it is.',
  ],
});

type Place = (typeof PLACE)[number];

function heldIn({ select }: Source): Vector<Place> {
  return sum(select(metrics.sessionsActive, HELD), PLACE);
}

function refusing({ select }: Source): Vector<Place> {
  const refused = select(metrics.faultsActive, { ...HELD, fault: 'session-cap-exhausted' });
  return atLeast(sum(refused, PLACE), 1);
}

/** How many sessions were held while a further one was refused: the cap, where nobody says what it is. */
const AT_REFUSAL = recorded(`${PLACE.join('_')}:${metrics.sessionsActive.name}:at_refusal`, PLACE);

function nearCap(
  held: Vector<Place>,
  tuned: ForecastTuned & { readonly cap: number; readonly share: number },
): Vector<Place>[] {
  return [
    ...forecastsOf(held, tuned).map((each) => atLeast(each, tuned.cap)),
    below(held, tuned.cap),
    atLeast(held, tuned.share * tuned.cap),
  ];
}

function nearRefusal(
  held: Vector<Place>,
  tuned: ForecastTuned & { readonly learned: string; readonly share: number },
): Vector<Place>[] {
  const met = greatest(AT_REFUSAL, tuned.learned);
  return [
    ...forecastsOf(held, tuned).map((each) => compared(each, '>=', met)),
    // Who holds more by now has another cap.
    compared(held, '<', met),
    compared(held, '>=', times(tuned.share, met)),
  ];
}

const sessionCapNear = defineAlert({
  id: 'session-cap-near',
  file: 'mcp-session-capacity.yaml',
  summary: 'A server will soon refuse new sessions.',
  when: 'sessions grow towards the cap, and will reach it within hours if they go on',
  dashboard: 'sessions',
  tunables: {
    cap: {
      value: 0,
      unit: 'count',
      reason: 'most sessions that a target may hold; 0 takes those that it held when it last refused one',
    },
    learned: { value: '7d', unit: 'duration', reason: 'a cap that was met longer ago may be another by now' },
    ...FORECAST,
    share: { value: 0.5, unit: 'ratio', reason: 'far from the cap a straight line says nothing' },
    sessions: { value: 20, unit: 'count', reason: 'a server for a few is full at once, and was meant so' },
  },
  recordings: ({ cap }, from) =>
    cap > 0 ? [] : [{ record: AT_REFUSAL.promql, expr: where(heldIn(from), refusing(from)).promql }],
  levels: [
    {
      severity: 'warning',
      reason: 'nobody is locked out yet; an hour, for a morning on which all begin is over by then',
      for: '1h',
      keepFiringFor: '30m',
      condition: (tuned, from) => {
        const held = heldIn(from);
        // Who is younger has not shown it for so long.
        const known = sum(before(from.select(metrics.sessionsActive, HELD), tuned.window), PLACE);
        const near = tuned.cap > 0 ? nearCap(held, tuned) : nearRefusal(held, tuned);
        return unless(where(atLeast(held, tuned.sessions), known, ...near), refusing(from));
      },
    },
  ],
  describe: ({ value, label }, tuned) => [
    `Sessions held by target ${label('target')} of job ${label('job')}, as seen by the ${label('vantage')}: ${value}.`,
    tuned.cap > 0
      ? `Its cap is ${tuned.cap}, and at the pace of the last ${tuned.window} it is met within ${tuned.ahead}.`
      : `At the pace of the last ${tuned.window} they are within ${tuned.ahead} as many as when it last refused a new one.`,
    'End sessions that rest, find the client that leaves them behind, or raise the cap if memory allows.',
  ],
});

const memoryRunningOut = defineAlert({
  id: 'memory-running-out',
  file: 'mcp-session-capacity.yaml',
  summary: 'A process will soon have no memory left.',
  when: 'the memory of a process grows towards its limit, and will reach it within hours if it goes on',
  dashboard: 'sessions',
  tunables: {
    limitBytes: {
      value: 2048 * MIB,
      unit: 'bytes',
      reason:
        'no metric tells the limit: give that of the container. Without one, the heap of Node ends near 2 GiB on a small machine',
    },
    ...FORECAST,
    share: { value: 0.5, unit: 'ratio', reason: 'far from the limit a straight line says nothing' },
  },
  levels: [
    {
      severity: 'warning',
      reason: 'nothing is lost yet; half an hour, since a collection of garbage may end it',
      for: '30m',
      keepFiringFor: '30m',
      condition: (tuned, from) => {
        const memory = from.select(metrics.processMemory);
        const now = sum(memory, PROCESS);
        const [forecast, ...further] = forecastsOf(now, tuned).map((each) =>
          atLeast(each, tuned.limitBytes),
        ) as [Vector<'job' | 'instance'>, Vector<'job' | 'instance'>];
        const soon = where(
          forecast,
          ...further,
          // Who lives beyond the limit has another one.
          below(now, tuned.limitBytes),
          atLeast(now, tuned.share * tuned.limitBytes),
          sum(before(memory, tuned.window), PROCESS),
        );
        return dividedBy(soon, MIB);
      },
    },
  ],
  describe: ({ value, label }, { window, ahead: hours, limitBytes }) => [
    `MiB that ${label('instance')} (job ${label('job')}) will hold in ${hours}, at the pace of the last ${window}: ${value}.`,
    `Its limit is taken to be ${Math.round(limitBytes / MIB)} MiB. When it is killed, all of its sessions are lost at once.`,
    'See whether sessions grow with it; until it is mended, restart it at a quiet hour.',
  ],
});

/** What it comes to by the pace of hours, and by that of the last minutes: growth that has stopped is none. */
function forecastsOf<Label extends string>(vector: Vector<Label>, tuned: ForecastTuned): Vector<Label>[] {
  const seconds = secondsOf(tuned.ahead);
  return [tuned.window, tuned.recent].map((window) => ahead(vector, window, seconds));
}

/** In the order in which they are documented. */
export function capacityAlerts(): AlertDefinition[] {
  return [sessionCapNear, memoryRunningOut, sessionsOutgrowClients];
}
