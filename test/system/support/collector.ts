import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  recordsOf,
  spansOf,
  type LogRecord,
  type LogsLine,
  type Span,
  type TracesLine,
} from './otlp-json.ts';
import { freePort } from '../../support/free-port.ts';
import type { Processes } from './processes.ts';

/** The OpenTelemetry Collector, which is pushed to, and what has come out of it so far. */
export interface Collector {
  /** Where it takes OTLP; the paths of the signals are added to it. */
  readonly otlp: string;
  spans(): Span[];
  records(): LogRecord[];
}

/** Starts a {@link Collector}. */
export async function startCollector(
  processes: Processes,
  program: string,
  folder: string,
): Promise<Collector> {
  const [config, traces, logs] = ['collector.yaml', 'traces.jsonl', 'logs.jsonl'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const endpoint = `127.0.0.1:${await freePort()}`;
  const written = (path: string): object => ({ path, flush_interval: '100ms' });
  const pipeline = (exporter: string): object => ({ receivers: ['otlp'], exporters: [exporter] });
  const settings = {
    receivers: { otlp: { protocols: { http: { endpoint } } } },
    exporters: { 'file/traces': written(traces), 'file/logs': written(logs) },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: pipeline('file/traces'), logs: pipeline('file/logs') },
    },
  };
  writeFileSync(config, stringify(settings));
  await processes.start(program, [`--config=${config}`]).said(/Everything is ready/);
  return {
    otlp: `http://${endpoint}`,
    spans: () => readLines<TracesLine>(traces).flatMap(spansOf),
    records: () => readLines<LogsLine>(logs).flatMap(recordsOf),
  };
}

/** The whole lines of a file that is being written. */
function readLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as T);
}
