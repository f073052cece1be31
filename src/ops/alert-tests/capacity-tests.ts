import { metrics } from '../../signals/index.ts';
import type { Script, Wire } from '../../../test/faults/script.ts';
import { eachMinute } from '../../../test/faults/stories/rule-story.ts';
import {
  at,
  SCRAPED_FROM,
  testFileOf,
  testOf,
  toldBy,
  type AlertTest,
  type AlertTestFile,
} from '../promtool.ts';
import type { Scraped } from '../replay.ts';
import { scraped } from './told-series.ts';

const FILE = 'mcp-session-capacity.yaml';
/** Every moment that is asked about is a multiple of it. */
const EVERY = 300;

const LABELS = { ...SCRAPED_FROM, vantage: 'server', target: 'default' };

/** Told to the observer, minute by minute. */
export function capacityTests(): [string, AlertTestFile][] {
  return [
    ['session-cap-near', testFileOf(FILE, capTests(), EVERY)],
    ['memory-running-out', testFileOf(FILE, memoryTests(), EVERY)],
    ['sessions-outgrow-clients', testFileOf(FILE, outgrownTests(), EVERY)],
  ];
}

/** What happens in each minute, of sessions that are begun and ended. */
type Turn = (minute: number, crowd: Crowd) => void;

interface Crowd {
  begin(count: number): void;
  end(count: number): void;
  /** A further session is asked for, and refused. */
  refused(): void;
}

function crowdOn(wire: Wire, clients: number): Crowd {
  const open: (() => void)[] = [];
  let turn = 0;
  return {
    begin(count) {
      for (let i = 0; i < count; i++) {
        const client = wire.client(`client ${turn++ % clients}`, 'cursor');
        const session = client.initialize({ took: 1 });
        open.push(() => client.delete(session, { status: 204, took: 1 }));
      }
    },
    end: (count) => open.splice(0, count).forEach((leave) => leave()),
    refused: () =>
      void wire.client('one too many').handshake({ status: 503, bodyClass: 'capacity', took: 1 }),
  };
}

function story(name: string, minutes: number, clients: number, turn: Turn): Scraped[] {
  const tell: Script['tell'] = (wire) => {
    const crowd = crowdOn(wire, clients);
    eachMinute(wire, minutes, (minute) => turn(minute, crowd));
  };
  return scraped({ name, tell }, [metrics.sessionsActive, metrics.clientsActive, metrics.faultsActive]);
}

const CAP = 100;
const LEFT = 20;

/** The cap is met, and most sessions end. */
function meetsCap(minute: number, crowd: Crowd): void {
  if (minute === 0) crowd.begin(CAP);
  if (minute === 1) crowd.refused();
  if (minute === 12) crowd.end(CAP - LEFT);
}

/** One session in three minutes, from an hour on: at minute 150 half of the cap is reached. */
function grows(minute: number, crowd: Crowd, from = 60, until = 270): void {
  if (minute >= from && minute < until && minute % 3 === 0) crowd.begin(1);
}

function everyHalfHour(minutes: number): number[] {
  return Array.from({ length: Math.floor(minutes / 30) }, (_, i) => (i + 1) * 30);
}

function capTests(): AlertTest[] {
  const id = 'session-cap-near';
  const silent = (name: string, turn: Turn): AlertTest =>
    testOf(
      `silent: ${name}`,
      story(name, 360, 200, turn),
      everyHalfHour(360).map((minute) => at(minute, id)),
    );
  const name = 'sessions grow towards the number at which one was refused hours ago, and are then ended';
  const growing = story(name, 360, 200, (minute, crowd) => {
    meetsCap(minute, crowd);
    grows(minute, crowd);
    if (minute === 270) crowd.end(60);
  });
  // A scrape comes before the turn of its minute: at 215 those of minutes 60 to 213 are there.
  const held = LEFT + 52;
  return [
    testOf(`fires: ${name}`, growing, [
      at(205, id),
      at(215, id, toldBy(id, 'warning', LABELS, held)),
      at(310, id),
    ]),
    silent('no cap was ever met', (minute, crowd) => grows(minute, crowd)),
    silent('a morning on which forty begin within twenty minutes, and stay', (minute, crowd) => {
      meetsCap(minute, crowd);
      if (minute >= 150 && minute < 170) crowd.begin(2);
    }),
    silent('as many as ever, and none more', (minute, crowd) => {
      meetsCap(minute, crowd);
      if (minute === 30) crowd.begin(60);
    }),
  ];
}

const MIB = 1_048_576;

/** What a process holds in each minute, in MiB; each is the memory from that minute on. */
function memory(name: string, minutes: number, held: (minute: number) => number): Scraped[] {
  const tell: Script['tell'] = (wire) => eachMinute(wire, minutes, (minute) => wire.hold(held(minute) * MIB));
  return scraped({ name, tell }, [metrics.processMemory]);
}

function memoryTests(): AlertTest[] {
  const id = 'memory-running-out';
  const perMinute = 3;
  const grown = (minute: number): number => 1100 + perMinute * minute;
  const silent = (name: string, held: (minute: number) => number): AlertTest =>
    testOf(
      `silent: ${name}`,
      memory(name, 360, held),
      everyHalfHour(360).map((minute) => at(minute, id)),
    );
  const name = 'it grows by 3 MiB a minute, until the process is started again';
  const filling = memory(name, 420, (minute) => (minute < 240 ? grown(minute) : 300));
  // A scrape comes before the turn of its minute.
  const forecast = grown(160 - 1) + 240 * perMinute;
  return [
    testOf(`fires: ${name}`, filling, [
      at(145, id),
      at(160, id, toldBy(id, 'warning', SCRAPED_FROM, forecast)),
      at(280, id),
    ]),
    silent('a cache that fills within two hours', (minute) => 1100 + 5 * Math.min(minute, 120)),
    silent('garbage that is collected every twenty minutes', (minute) => 1400 + 15 * (minute % 20)),
    silent('a process that lives beyond the limit has another one', (minute) => 2100 + minute),
    silent('it grows, and would need a day', (minute) => 1100 + 0.5 * minute),
  ];
}

function outgrownTests(): AlertTest[] {
  const id = 'sessions-outgrow-clients';
  const told = toldBy(id, 'info', LABELS, 1010);
  const name = 'ten clients leave a thousand sessions behind, which are then ended';
  const leaving: Turn = (minute, crowd) => {
    if (minute === 0) crowd.begin(1010);
    if (minute === 75) crowd.end(1010);
  };
  const silent = (of: string, clients: number, turn: Turn): AlertTest =>
    testOf(
      `silent: ${of}`,
      story(of, 180, clients, turn),
      everyHalfHour(180).map((minute) => at(minute, id)),
    );
  return [
    testOf(`fires: ${name}`, story(name, 90, 10, leaving), [at(55, id), at(65, id, told), at(80, id)]),
    silent('two hundred clients with five each, who leave for the night', 200, (minute, crowd) => {
      if (minute === 0) crowd.begin(1010);
    }),
    silent('ten clients with ninety each', 10, (minute, crowd) => {
      if (minute === 0) crowd.begin(900);
    }),
  ];
}
