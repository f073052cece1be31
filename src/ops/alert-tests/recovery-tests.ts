import { metrics } from '../../signals/index.ts';
import { DEAD_404, type Script, type Wire } from '../../../test/faults/script.ts';
import {
  at,
  recordedAt,
  SCRAPED_FROM,
  testFileOf,
  testOf,
  toldBy,
  type AlertTest,
  type AlertTestFile,
  type Moment,
} from '../promtool.ts';
import type { Scraped } from '../replay.ts';
import { ratioIn } from '../rules/recovery-alerts.ts';
import type { Severity } from '../rules/definition.ts';
import { constant, HOUR, scraped, seriesOf } from './told-series.ts';

const ID = 'recovery-burn';

/** Told to the observer, but for what takes days. */
export function recoveryTests(): [string, AlertTestFile][] {
  return [[ID, testFileOf('mcp-session-recovery.yaml', [...quick(), ...slow()])]];
}

const PLACED = { job: SCRAPED_FROM['job'] ?? '', vantage: 'server', target: 'default' };
const LABELS = { ...SCRAPED_FROM, ...PLACED };

function alert(severity: Severity, share: number): Moment['exp_alerts'][number] {
  return toldBy(ID, severity, LABELS, share);
}

const LOSS = 10;

/** So many clients, of which so many begin anew when a restart has taken all sessions; the others go on with the old id. */
function restart(clients: number, recover: number): Script['tell'] {
  return (wire) => {
    const all = Array.from({ length: clients }, (_, i) => {
      const client = wire.client(`client ${i}`, 'cursor');
      return { client, session: client.initialize({ took: 1 }) };
    });
    wire.pass(LOSS * 60 - (wire.now % 60_000) / 1000);
    for (const { client, session } of all) client.post('tools/call', session, { ...DEAD_404, took: 1 });
    for (const { client } of all.slice(0, recover)) client.initialize({ took: 1 });
    wire.pass(5);
    for (const { client, session } of all.slice(recover))
      client.post('tools/call', session, { ...DEAD_404, took: 1 });
  };
}

function told(name: string, tell: Script['tell'], minutesAfter: number): Scraped[] {
  return scraped({ name, tell }, [metrics.recoveries], minutesAfter);
}

function quick(): AlertTest[] {
  const page = 'of twenty clients four come back after a restart';
  const looping = 'a ticket alone, for one client that loses a session every 40 s, and replaces none in time';
  return [
    // Settled half a minute after the loss: a scrape sees it a minute after that.
    testOf(`fires: ${page}`, told(page, restart(20, 4), 2 * 60), [
      at(LOSS + 2, ID),
      at(LOSS + 3, ID, alert('critical', 0.8)),
      // The short window has passed, and the page is told on for a quarter of an hour.
      at(LOSS + 10, ID, alert('critical', 0.8)),
      at(LOSS + 18, ID, alert('critical', 0.8)),
      // Windows of a day are added up each half hour.
      at(LOSS + 40, ID, alert('warning', 0.8)),
      at(LOSS + 2 * 60, ID, alert('warning', 0.8)),
    ]),
    testOf(`fires: ${looping}`, told(looping, loop, 30), [
      at(15, ID),
      at(60, ID, alert('warning', 1)),
      at(90, ID, alert('warning', 1)),
    ]),
    {
      ...testOf(
        'silent: all of forty begin anew, and none is counted as failed',
        [...told('all', restart(40, 40), 5), ...unheard()],
        [at(LOSS + 3, ID)],
      ),
      promql_expr_test: [recordedAt(LOSS + 2, ratioIn('5m').promql, PLACED, 0)],
    },
    ...silentStories(),
  ];
}

function silentStories(): AlertTest[] {
  return [
    { name: 'a restart after which all begin anew', tell: restart(40, 40) },
    { name: 'two sessions are lost, and one is not replaced', tell: restart(2, 1) },
    { name: 'nobody needs the sessions any more that a restart took', tell: gone },
  ].map(({ name, tell }) =>
    testOf(
      `silent: ${name}`,
      [...told(name, tell, 60), ...unheard()],
      [11, 13, 15, 20, 30, 40, 60].map((minute) => at(minute, ID)),
    ),
  );
}

/** Told from the start, and at 0: a story keeps none of those. */
function unheard(): Scraped[] {
  const labels = { vantage: 'server', target: 'default', client_name: 'other', outcome: 'headerless' };
  return [seriesOf(metrics.recoveries, labels, constant(60, 0))];
}

function loop(wire: Wire): void {
  const client = wire.client('looping', 'cursor');
  for (let round = 0; round < 90; round++) {
    const session = client.initialize({ took: 1 });
    client.post('tools/call', session, { ...DEAD_404, took: 1 });
    wire.pass(5);
    client.post('tools/call', session, { ...DEAD_404, took: 1 });
    wire.pass(35);
  }
}

/** Each sends what was under way, and is not seen again. */
function gone(wire: Wire): void {
  for (let i = 0; i < 40; i++) {
    const client = wire.client(`client ${i}`, 'cursor');
    const session = client.initialize({ took: 1 });
    wire.pass(10);
    client.post('tools/call', session, { ...DEAD_404, took: 1 });
  }
}

/** An hour in which so many of the sessions that were lost are not replaced, and so many are. */
interface Hourly {
  readonly failed: number;
  readonly replaced: number;
}

function hours(...spans: readonly (readonly [count: number, each: Hourly])[]): Scraped[] {
  const sums = (of: keyof Hourly): number[] => {
    let sum = 0;
    return spans.flatMap(([count, each]) =>
      Array.from({ length: count }, () => constant(HOUR, (sum += each[of]))).flat(),
    );
  };
  const labels = { vantage: 'server', target: 'default', client_name: 'other' };
  return [
    seriesOf(metrics.recoveries, { ...labels, outcome: 'reused-dead-id' }, sums('failed')),
    seriesOf(metrics.recoveries, { ...labels, outcome: 'reinitialized' }, sums('replaced')),
  ];
}

const NONE: Hourly = { failed: 0, replaced: 0 };

function slow(): AlertTest[] {
  const well: Hourly = { failed: 0, replaced: 25 };
  return [
    testOf(
      'fires: for twelve hours two of 25 are not replaced',
      hours([1, NONE], [12, { failed: 2, replaced: 23 }], [9, well]),
      [at(4 * HOUR, ID), at(10 * HOUR, ID, alert('warning', 0.08)), at(21 * HOUR, ID)],
    ),
    testOf(
      'silent: one of 25 is not replaced, which the objective allows',
      hours([1, NONE], [14, { failed: 1, replaced: 24 }]),
      [6, 12, 14].map((hour) => at(hour * HOUR, ID)),
    ),
    testOf(
      'silent: nine that are not replaced, which are too few to tell anybody',
      hours([1, NONE], [1, { failed: 9, replaced: 1 }], [6, well]),
      [2, 3, 6].map((hour) => at(hour * HOUR, ID)),
    ),
  ];
}
