import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { stringify } from 'yaml';
import { createStormingClient } from '../../../demo/clients/faulty.ts';
import { freePort } from '../../support/free-port.ts';
import { json } from './asking.ts';
import type { Process, Processes } from './processes.ts';
import { serveRecordedFaults, type RecordedFaults } from './recorded-faults.ts';
import { layStack, type Stack } from './stack.ts';

const SETTINGS = '/etc/mcp-session-exporter/config.yaml';
const TARGETS = '/etc/prometheus/targets';

/** The jobs of compose/prometheus.yml, and the one that is added as compose/targets/README.md tells. */
export const JOBS = {
  proxy: 'mcp',
  clients: 'mcp-clients',
  probe: 'mcp-probe',
  recorded: 'recorded',
} as const;

/** An alert as Alertmanager holds it. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What docker-compose.yml runs, without containers: the services that a machine without Grafana Labs' images can run. */
export interface ComposeRun {
  readonly stack: Stack;
  readonly recorded: RecordedFaults;
  readonly running: Readonly<Record<'exporter' | 'broken' | 'healthy', Process>>;
  /** When it was started, in seconds since the epoch. */
  readonly startedAt: number;
  /** What Prometheus answers at a path of its API. */
  ask<T>(path: string, asked?: Readonly<Record<string, string>>): Promise<T>;
  /** What the Collector has sent to where Tempo would be: traces in protobuf. */
  tracesAtTempo(): readonly Buffer[];
  /** What Alertmanager holds now. */
  alerts(): Promise<readonly Alert[]>;
  /** Begins so many sessions at a server of the demo, one after the other, and uses none. */
  storm(target: string, sessions: number): Promise<void>;
  /** Ends the healthy servers, and asks one of them so often. */
  endHealthy(target: string, requests: number): Promise<void>;
  /** Makes the settings of the proxy wrong, and has it read them again. */
  spoilSettings(): Promise<void>;
  /** Ends what is not a process. */
  end(): void;
}

/** The programs that are not ours. */
export interface Programs {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly otelcol: string;
}

const LAID = ['exporter', 'broken', 'healthy', 'prometheus', 'alertmanager', 'collector'] as const;

/** Starts a {@link ComposeRun} in a folder. */
export async function startComposeRun(
  processes: Processes,
  folder: string,
  programs: Programs,
): Promise<ComposeRun> {
  const stack = await layStack(folder, [...LAID]);
  const startedAt = Date.now() / 1000;
  const recorded = await startRecorded(stack);
  const tempo = await standInForTempo(stack.at('tempo:4318'));
  // Only Grafana asks it, which is not here.
  const prometheus = `127.0.0.1:${await freePort()}`;
  startServer('alertmanager', stack.at('alertmanager:9093'));
  startServer('prometheus', prometheus);
  await processes.start(programs.otelcol, stack.command('collector')).said(/Everything is ready/);
  const running = await startOurs(processes, stack);

  /** What keeps files does so in the folder, and listens where the other files look for it. */
  function startServer(service: 'prometheus' | 'alertmanager', address: string): void {
    const words = stack.command(service).map((word) => word.replace(/=\/(?=\w+$)/, `=${folder}/data-of-`));
    processes.start(programs[service], [...words, `--web.listen-address=${address}`]);
  }

  return {
    stack,
    recorded,
    startedAt,
    running,
    tracesAtTempo: () => tempo.received,
    async ask<T>(path: string, asked: Readonly<Record<string, string>> = {}) {
      const url = `http://${prometheus}/api/v1/${path}?${new URLSearchParams(asked)}`;
      return (await json<{ data: T }>(url)).data;
    },
    alerts: () => json<Alert[]>(`http://${stack.at('alertmanager:9093')}/api/v2/alerts`),
    ...troubleFor(stack, running),
    end() {
      for (const server of [recorded.server, tempo.server]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** What was recorded is scraped as a program of one's own: compose/targets/README.md tells how. */
async function startRecorded(stack: Stack): Promise<RecordedFaults> {
  const recorded = await serveRecordedFaults();
  recorded.server.listen(0, '127.0.0.1');
  await once(recorded.server, 'listening');
  const { port } = recorded.server.address() as AddressInfo;
  const target = { targets: [`127.0.0.1:${port}`], labels: { job: JOBS.recorded } };
  writeFileSync(join(stack.mount('prometheus', TARGETS), 'recorded.yaml'), stringify([target]));
  return recorded;
}

/** The proxy, and the servers and clients around it. */
async function startOurs(processes: Processes, stack: Stack): Promise<ComposeRun['running']> {
  async function startDemo(cast: 'broken' | 'healthy'): Promise<Process> {
    const environment = stack.environment(cast);
    const words = ['--import', './src/register.ts', 'demo/behind-proxy.ts', ...stack.command(cast)];
    const address = stack.at(`exporter:${environment['MCP_SESSION_EXPORTER_PORT']}`);
    const demo = processes.start(process.execPath, words, { ...environment, ...listeningAt(address) });
    await demo.said(/servers behind/);
    return demo;
  }

  const exporter = processes.start(process.execPath, ['src/cli.ts', ...stack.command('exporter')], {
    ...stack.environment('exporter'),
    ...listeningAt(stack.at('exporter:9464')),
    MCP_SESSION_EXPORTER_PROXY_LISTEN: stack.at('127.0.0.1:8080'),
  });
  await exporter.said(/proxy at/);
  // One after the other: a server that is kept waiting while another loads its modules is rightly called slow.
  return { exporter, healthy: await startDemo('healthy'), broken: await startDemo('broken') };
}

function troubleFor(
  stack: Stack,
  { exporter, healthy }: ComposeRun['running'],
): Pick<ComposeRun, 'storm' | 'endHealthy' | 'spoilSettings'> {
  const urlOf = (target: string): URL => new URL(`http://${stack.at('127.0.0.1:8080')}/${target}/mcp`);
  return {
    async storm(target, sessions) {
      const client = createStormingClient(urlOf(target));
      for (let i = 0; i < sessions; i++) await client.reconnect();
    },
    async endHealthy(target, requests) {
      await healthy.end('SIGKILL');
      for (let i = 0; i < requests; i++) await (await fetch(urlOf(target), { method: 'POST' })).text();
    },
    async spoilSettings() {
      appendFileSync(stack.mount('exporter', SETTINGS), 'no_such_setting: true\n');
      exporter.signal('SIGHUP');
      await exporter.said(/no_such_setting/);
    },
  };
}

/** Takes what Tempo would be sent. */
async function standInForTempo(address: string): Promise<{ server: Server; received: readonly Buffer[] }> {
  const received: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request).then(
      (body) => {
        if (request.url === '/v1/traces') received.push(body);
        response.end();
      },
    );
  });
  const { hostname, port } = new URL(`http://${address}`);
  server.listen(Number(port), hostname);
  await once(server, 'listening');
  return { server, received };
}

/** Settings with which a program of ours listens there, and nowhere else. */
function listeningAt(address: string): Readonly<Record<string, string>> {
  const { hostname, port } = new URL(`http://${address}`);
  return { MCP_SESSION_EXPORTER_HOST: hostname, MCP_SESSION_EXPORTER_PORT: port };
}
