import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { json } from './asking.ts';
import { freePort } from '../../support/free-port.ts';
import type { Processes } from './processes.ts';
import type { Series } from './series.ts';

/** An exemplar, and the labels of the series it belongs to. */
export interface Exemplar {
  readonly series: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prometheus 3, which is pushed to and scrapes. */
export interface PrometheusReceiver {
  /** Where it takes metrics by OTLP. */
  readonly otlp: string;
  /** What a query answers now. */
  query(expr: string): Promise<Series[]>;
  /** The exemplars of the last hour. */
  exemplars(selector: string): Promise<Exemplar[]>;
}

/** Starts a {@link PrometheusReceiver} that takes OTLP with all its settings left as they come, and scrapes `targets` by job. */
export async function startPrometheusReceiver(
  processes: Processes,
  program: string,
  folder: string,
  targets: Readonly<Record<string, string>>,
): Promise<PrometheusReceiver> {
  const file = join(folder, 'prometheus.yaml');
  const jobs = Object.entries(targets).map(([job_name, target]) => ({
    job_name,
    static_configs: [{ targets: [target] }],
  }));
  writeFileSync(file, stringify({ global: { scrape_interval: '1s' }, scrape_configs: jobs }));
  const host = `127.0.0.1:${await freePort()}`;
  const server = processes.start(program, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=${host}`,
    '--web.enable-otlp-receiver',
    '--enable-feature=exemplar-storage',
  ]);
  await server.said(/Server is ready to receive web requests/);
  const ask = async <T>(what: string, asked: Readonly<Record<string, string>>): Promise<T> =>
    (await json<{ data: T }>(`http://${host}/api/v1/${what}?${new URLSearchParams(asked)}`)).data;
  return {
    otlp: `http://${host}/api/v1/otlp/v1/metrics`,
    async query(expr) {
      type Vector = { result: { metric: Record<string, string>; value: [number, string] }[] };
      const { result } = await ask<Vector>('query', { query: expr });
      return result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
    },
    async exemplars(selector) {
      const now = Date.now() / 1000;
      const asked = { query: selector, start: String(now - 3600), end: String(now + 1) };
      type Held = {
        seriesLabels: Record<string, string>;
        exemplars: { labels: Record<string, string>; value: string }[];
      };
      const held = await ask<Held[]>('query_exemplars', asked);
      return held.flatMap(({ seriesLabels, exemplars }) =>
        exemplars.map(({ labels, value }) => ({ series: seriesLabels, labels, value: Number(value) })),
      );
    },
  };
}
