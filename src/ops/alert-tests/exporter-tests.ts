import { metrics } from '../../signals/index.ts';
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
import { constant, GAP, MINUTE, seriesOf } from './told-series.ts';

const FILE = 'mcp-session-exporter.yaml';

/** What an exporter tells of itself, and Prometheus of its scrapes: written by hand, for it is all there is to them. */
export function exporterTests(): [string, AlertTestFile][] {
  return [
    ['metrics-absent', testFileOf(FILE, absenceTests())],
    ['target-down', testFileOf(FILE, downTests())],
    ['observer-errors', testFileOf(FILE, errorTests())],
    ['observer-evictions', testFileOf(FILE, evictionTests())],
    ['settings-refused', testFileOf(FILE, refusalTests())],
    ['upstreams-down', testFileOf(FILE, upstreamTests())],
    ['connections-refused', testFileOf(FILE, connectionTests())],
  ];
}

/** A counter that grows by so much each minute. */
function counting(minutes: number, each: number, from = 0): number[] {
  return Array.from({ length: minutes }, (_, i) => from + each * (i + 1));
}

const INFO = { version: '1.0.0' };
const UP = { name: 'up' };

function absenceTests(): AlertTest[] {
  const id = 'metrics-absent';
  const series = (values: readonly number[]): Scraped[] => [seriesOf(metrics.exporterInfo, INFO, values)];
  const up = constant(10 * MINUTE, 1);
  return [
    // Without a sample a series is stale five minutes after its last one.
    testOf(
      'fires: a job stops answering, and then answers',
      series([...up, ...constant(20 * MINUTE, GAP), ...up]),
      [at(13 * MINUTE, id), at(21 * MINUTE, id, toldBy(id, 'warning', SCRAPED_FROM, 0)), at(31 * MINUTE, id)],
    ),
    testOf('silent: a deploy of two minutes', series([...up, ...constant(2 * MINUTE, GAP), ...up]), [
      at(12 * MINUTE, id),
      at(18 * MINUTE, id),
      at(22 * MINUTE - 1, id),
    ]),
    testOf('silent: nothing was ever watched', [], [at(0, id), at(30 * MINUTE, id)]),
  ];
}

function downTests(): AlertTest[] {
  const id = 'target-down';
  const instance = (scrapes: readonly number[], info: readonly number[]): Scraped[] => [
    seriesOf(UP, {}, scrapes),
    seriesOf(metrics.exporterInfo, INFO, info),
  ];
  const [up, gone] = [constant(10 * MINUTE, 1), constant(10 * MINUTE, GAP)];
  const down = constant(10 * MINUTE, 0);
  return [
    testOf(
      'fires: an instance does not answer, and then does',
      instance([...up, ...down, ...up], [...up, ...gone, ...up]),
      [at(14 * MINUTE, id), at(15 * MINUTE, id, toldBy(id, 'warning', SCRAPED_FROM, 0)), at(27 * MINUTE, id)],
    ),
    testOf('silent: a restart of two minutes', instance([...up, 0, 0, ...up], [...up, GAP, GAP, ...up]), [
      at(11 * MINUTE, id),
      at(13 * MINUTE, id),
      at(18 * MINUTE, id),
    ]),
    testOf(
      'silent: another program, which never told session metrics',
      [seriesOf(UP, {}, [...down, ...down])],
      [at(6 * MINUTE, id), at(19 * MINUTE, id)],
    ),
    testOf(
      'silent: it is taken out of service',
      instance([...up, ...gone, ...gone], [...up, ...gone, ...gone]),
      [at(16 * MINUTE, id), at(29 * MINUTE, id)],
    ),
  ];
}

function errorTests(): AlertTest[] {
  const id = 'observer-errors';
  const series = (values: readonly number[]): Scraped[] => [
    seriesOf(metrics.observerErrors, { stage: 'hook' }, values),
    seriesOf(metrics.observerErrors, { stage: 'judge' }, constant(values.length, 0)),
  ];
  const told = toldBy(id, 'warning', { ...SCRAPED_FROM, stage: 'hook' }, 1);
  return [
    testOf('fires: one error in the hook, and ends', series([...constant(20, 0), ...constant(20, 1)]), [
      at(19, id),
      at(20, id, told),
      at(39, id),
    ]),
    testOf('silent: an old error is told once', series(constant(40, 3)), [at(1, id), at(20, id), at(39, id)]),
  ];
}

function evictionTests(): AlertTest[] {
  const id = 'observer-evictions';
  const series = (values: readonly number[]): Scraped[] => [
    seriesOf(metrics.observerEvictions, { store: 'sessions' }, values),
    seriesOf(metrics.observerEvictions, { store: 'clients' }, constant(values.length, 0)),
  ];
  const quiet = constant(20, 0);
  // Ten a minute for as long as the window: 150 within it.
  const full = counting(40, 10);
  const told = toldBy(id, 'warning', { ...SCRAPED_FROM, store: 'sessions' }, 150);
  return [
    testOf('fires: a table is full for forty minutes', series([...quiet, ...full, ...constant(60, 400)]), [
      at(25, id),
      at(50, id, told),
      at(95, id),
    ]),
    testOf('silent: a table is full for a moment', series([...quiet, 40, 80, ...constant(40, 90)]), [
      at(21, id),
      at(25, id),
      at(40, id),
    ]),
  ];
}

function refusalTests(): AlertTest[] {
  const id = 'settings-refused';
  const series = (values: readonly number[]): Scraped[] => [
    seriesOf(metrics.configReloadSuccessful, {}, values),
  ];
  const good = constant(5 * MINUTE, 1);
  return [
    testOf(
      'fires: settings are refused, and ends when others are read',
      series([...good, ...constant(5 * MINUTE, 0), ...good]),
      [
        at(5 * MINUTE - 1, id),
        at(8 * MINUTE, id, toldBy(id, 'warning', SCRAPED_FROM, 0)),
        at(11 * MINUTE, id),
      ],
    ),
    testOf('silent: mended at once', series([...good, 0, ...good]), [at(6 * MINUTE, id)]),
    testOf('silent: a program that reads no settings again', [], [at(10 * MINUTE, id)]),
  ];
}

function upstreamTests(): AlertTest[] {
  const id = 'upstreams-down';
  const labels = { target: 'shop' };
  const upstream = (down: readonly number[], of: number, errors: readonly number[]): Scraped[] => [
    seriesOf(metrics.proxyUpstreamAddresses, { ...labels, address_state: 'down' }, down),
    seriesOf(
      metrics.proxyUpstreamAddresses,
      { ...labels, address_state: 'up' },
      down.map((count) => of - count),
    ),
    seriesOf(metrics.proxyUpstreamErrors, { ...labels, upstream_error: 'connection_refused' }, errors),
  ];
  const well = constant(10, 0);
  const told = toldBy(id, 'critical', { ...SCRAPED_FROM, ...labels }, 2);
  return [
    testOf(
      'fires: both addresses are down, and one comes back',
      upstream([...well, ...constant(10, 2), ...constant(20, 1)], 2, [
        ...well,
        ...counting(10, 6),
        ...constant(20, 60),
      ]),
      [at(10, id), at(12, id, told), at(19, id, told), at(27, id)],
    ),
    testOf(
      'silent: one of two addresses is down',
      upstream([...well, ...constant(20, 1)], 2, [...well, ...counting(20, 6)]),
      [at(12, id), at(20, id), at(29, id)],
    ),
    testOf(
      'silent: two requests failed, and nobody has asked since',
      upstream([...well, ...constant(20, 1)], 1, [...well, ...constant(20, 2)]),
      [at(11, id), at(15, id), at(29, id)],
    ),
  ];
}

function connectionTests(): AlertTest[] {
  const id = 'connections-refused';
  const series = (refusal: string, values: readonly number[]): Scraped[] => [
    seriesOf(metrics.proxyRefusals, { refusal }, values),
  ];
  const quiet = constant(10, 0);
  // Twenty a minute: a hundred within the window once it is full of them.
  const full = [...quiet, ...counting(10, 20), ...constant(30, 200)];
  return [
    testOf('fires: the limit is met for ten minutes', series('connection-limit', full), [
      at(11, id),
      at(18, id, toldBy(id, 'critical', SCRAPED_FROM, 100)),
      at(38, id),
    ]),
    testOf(
      'silent: the limit is touched',
      series('connection-limit', [...quiet, 6, 12, ...constant(20, 15)]),
      [at(12, id), at(14, id), at(25, id)],
    ),
    testOf('silent: requests that no proxy would take', series('malformed', full), [at(14, id), at(18, id)]),
  ];
}
