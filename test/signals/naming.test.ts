import { expect, it } from 'vitest';
import { attributeOf, metricList } from '../../src/signals/index.ts';
import { prometheusNameOf } from '../../src/signals/naming.ts';

/** The examples of OpenTelemetry's specification on Prometheus, with the instruments that the table has. */
it.each([
  ['http.server.duration', 's', 'histogram', 'http_server_duration_seconds'],
  ['process.memory', 'By', 'upDownCounter', 'process_memory_bytes'],
  ['network.io', 'By', 'counter', 'network_io_bytes_total'],
  ['things.done', '{thing}', 'counter', 'things_done_total'],
  ['things.open', '{thing}', 'gauge', 'things_open'],
  ['build.info', '', 'gauge', 'build_info'],
] as const)('%s in "%s", a %s, is %s in Prometheus', (name, unit, instrument, expected) => {
  expect(prometheusNameOf(name, unit, instrument)).toBe(expected);
});

it('every name is one that OpenTelemetry takes, and no two are one in Prometheus', () => {
  const names = metricList.map(({ openTelemetry }) => openTelemetry.name);
  expect(names.filter((name) => !/^mcp(\.[a-z][a-z_]*)+$/.test(name))).toEqual([]);
  expect(new Set(metricList.map(({ name }) => name)).size).toBe(names.length);
  // A name is no namespace of another.
  expect(names.filter((name) => names.some((other) => other.startsWith(`${name}.`)))).toEqual([]);
});

it('every attribute is its label again, with underscores for dots', () => {
  for (const label of metricList.flatMap(({ labels }) => labels))
    expect(attributeOf(label).replaceAll('.', '_')).toBe(label);
});
