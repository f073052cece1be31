import { probeTable } from '../../exporter/probe/probe-metrics.ts';
import {
  at,
  SCRAPED_FROM,
  testFileOf,
  testOf,
  toldBy,
  type AlertTest,
  type AlertTestFile,
  type Moment,
} from '../promtool.ts';
import { constant, GAP, HOUR, MINUTE, seriesOf } from './told-series.ts';

const FILE = 'mcp-session-probes.yaml';

/** What Prometheus stores of `/probe`, asked every five minutes: any slower, and its series would come and go. */
export function probeTests(): [string, AlertTestFile][] {
  return [
    ['probe-impossible', testFileOf(FILE, impossible())],
    ['probe-check-failed', testFileOf(FILE, failed())],
    ['probe-stale', testFileOf(FILE, stale())],
  ];
}

/** A value every five minutes, and none between. */
function probedAs(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value, ...constant(5 * MINUTE - 1, GAP)]);
}

function times(count: number, value: number): number[] {
  return constant(count, value);
}

function checkOf(check: string, values: readonly number[]): ReturnType<typeof seriesOf> {
  return seriesOf(probeTable.check, { check }, values);
}

const success = (values: readonly number[]): ReturnType<typeof seriesOf> =>
  seriesOf(probeTable.success, {}, values);

function impossible(): AlertTest[] {
  const id = 'probe-impossible';
  const told: Moment['exp_alerts'][number] = toldBy(id, 'critical', SCRAPED_FROM, 0);
  const [well, ill] = [times(6, 1), times(8, 0)];
  const first = ['discover', 'initialize'];
  return [
    testOf(
      'fires: nobody answers, and then somebody does',
      [
        success(probedAs(...well, ...ill, ...well)),
        ...first.map((check) => checkOf(check, probedAs(...well, ...ill, ...well))),
        checkOf('delete', probedAs(...well, ...times(8, GAP), ...well)),
      ],
      // Well until minute 25: all of the last 15 minutes are ill from 41 on, and have been so for five at 46.
      [at(44 * MINUTE, id), at(47 * MINUTE, id, told), at(69 * MINUTE, id, told), at(77 * MINUTE, id)],
    ),
    testOf(
      'silent: sessions begin, and a later check fails',
      [
        success(probedAs(...ill)),
        ...first.map((check) => checkOf(check, probedAs(...times(8, 1)))),
        checkOf('delete', probedAs(...ill)),
      ],
      [20, 30, 39].map((minute) => at(minute * MINUTE, id)),
    ),
    testOf(
      'silent: a server of the era without sessions, of which a check fails',
      [success(probedAs(...ill)), checkOf('sessionless-get', probedAs(...ill))],
      [20, 30, 39].map((minute) => at(minute * MINUTE, id)),
    ),
    testOf(
      'silent: two probes met a restart',
      [
        success(probedAs(...well, 0, 0, ...well)),
        ...first.map((check) => checkOf(check, probedAs(...well, 0, 0, ...well))),
      ],
      [31, 36, 41, 46, 51].map((minute) => at(minute * MINUTE, id)),
    ),
  ];
}

function failed(): AlertTest[] {
  const id = 'probe-check-failed';
  const told = toldBy(id, 'warning', { ...SCRAPED_FROM, check: 'unknown-id-post' }, 0);
  const bad = (values: readonly number[]): ReturnType<typeof seriesOf>[] => [
    success(values),
    checkOf('unknown-id-post', values),
    checkOf(
      'delete',
      values.map((value) => (Number.isNaN(value) ? value : 1)),
    ),
  ];
  return [
    testOf(
      'fires: a release answers unknown ids with 400, and the next one mends it',
      bad(probedAs(...times(6, 1), ...times(8, 0), ...times(6, 1))),
      [at(49 * MINUTE, id), at(52 * MINUTE, id, told), at(69 * MINUTE, id, told), at(82 * MINUTE, id)],
    ),
    testOf(
      'silent: it fails in one probe',
      bad(probedAs(...times(6, 1), 0, ...times(6, 1))),
      [31, 36, 41, 46, 60].map((minute) => at(minute * MINUTE, id)),
    ),
    testOf(
      'silent: a check that is not for this server',
      [success(probedAs(...times(12, 1)))],
      [at(40 * MINUTE, id)],
    ),
  ];
}

function stale(): AlertTest[] {
  const id = 'probe-stale';
  /** The clock of a test begins at 0. */
  const probedAt = (minutes: readonly number[]): ReturnType<typeof seriesOf>[] => [
    seriesOf(
      probeTable.timestamp,
      {},
      minutes.map((minute) => minute * 60),
    ),
  ];
  const fresh = Array.from({ length: HOUR }, (_, minute) => minute);
  const stuck = constant(90 * MINUTE, HOUR - 1);
  const told = toldBy(id, 'warning', SCRAPED_FROM, 66 * 60);
  return [
    testOf(
      'fires: the schedule has stopped, and what was found last is told on',
      probedAt([...fresh, ...stuck, ...Array.from({ length: 20 }, (_, i) => HOUR + 90 * MINUTE + i)]),
      [at(HOUR + 64 * MINUTE, id), at(HOUR + 65 * MINUTE, id, told), at(HOUR + 92 * MINUTE, id)],
    ),
    testOf('silent: probed on the half hour', probedAt(fresh.map((minute) => minute - (minute % 30))), [
      at(29 * MINUTE, id),
      at(59 * MINUTE, id),
    ]),
  ];
}
