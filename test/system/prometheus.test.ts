import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { alertNameOf, faultById } from '../../src/faults/index.ts';
import { annotationsOfFault } from '../../src/ops/alerts.ts';
import { describeWith } from '../support/system-programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const JOB = 'demo';

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Answer {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
}

/** Asks until the answer satisfies; fails with the last answer when it never does. */
async function eventually<T>(
  what: string,
  ms: number,
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`${what}: not within ${ms} ms; the last answer was ${JSON.stringify(answer)}`);
    await sleep(500);
  }
}

async function json<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Every query of every panel, by the panel's title. */
function panelQueries(): { title: string; expr: string }[] {
  const page = JSON.parse(readFileSync(join(ROOT, 'dashboards/mcp-session-health.json'), 'utf8')) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  };
  return page.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
}

/** What Grafana does for a page that shows the last minutes, with all targets and clients chosen. */
function filledIn(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '15s')
    .replaceAll('$__range', '5m')
    .replaceAll('$job', JOB)
    .replaceAll(/\$(target|client)/g, '.*');
}

describeWith(
  ['prometheus', 'prometheus-alertmanager'],
  'Prometheus and Alertmanager',
  (prometheus, alertmanager) => {
    let folder = '';
    const children: ChildProcess[] = [];
    const arrived: Alert[] = [];
    const startedAt = Date.now() / 1000;
    let webhook: Server | undefined;
    let prometheusUrl = '';
    let alertmanagerUrl = '';

    function start(program: string, args: readonly string[]): ChildProcess {
      const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
      children.push(child);
      return child;
    }

    /** The demo's servers and clients, real ones, on the loopback interface; answers where its metrics are. */
    async function startDemo(): Promise<string> {
      const demo = start(process.execPath, ['demo/main.ts', '--port', '0']);
      for await (const line of createInterface({ input: demo.stdout as NodeJS.ReadableStream })) {
        const [, host] = /Metrics: http:\/\/([^/]+)\/metrics/.exec(line) ?? [];
        if (host === undefined) continue;
        demo.stdout?.resume();
        return host;
      }
      throw new Error('the demo ended before it told where its metrics are');
    }

    async function startWebhook(): Promise<string> {
      const server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += String(chunk)));
        request.on('end', () => {
          arrived.push(...(JSON.parse(body) as { alerts: Alert[] }).alerts);
          response.end();
        });
      }).listen(0, '127.0.0.1');
      webhook = server;
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }

    function startAlertmanager(port: number, tell: string): void {
      const file = join(folder, 'alertmanager.yaml');
      const route = { receiver: 'test', group_by: ['...'], group_wait: '0s', group_interval: '1s' };
      const receivers = [{ name: 'test', webhook_configs: [{ url: tell }] }];
      writeFileSync(file, stringify({ route, receivers }));
      start(alertmanager, [
        `--config.file=${file}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ]);
    }

    function startPrometheus(port: number, alertmanagerPort: number, demo: string): void {
      const file = join(folder, 'prometheus.yaml');
      const config = {
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [join(ROOT, 'alerts/*.yaml')],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
        scrape_configs: [{ job_name: JOB, static_configs: [{ targets: [demo] }] }],
      };
      writeFileSync(file, stringify(config));
      start(prometheus, [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ]);
    }

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
      const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
      prometheusUrl = `http://127.0.0.1:${prometheusPort}`;
      alertmanagerUrl = `http://127.0.0.1:${alertmanagerPort}`;
      startAlertmanager(alertmanagerPort, await startWebhook());
      startPrometheus(prometheusPort, alertmanagerPort, await startDemo());
    });

    afterAll(async () => {
      const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
      await Promise.all(
        running.map((child) => {
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          return gone;
        }),
      );
      webhook?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('tell that a dead session was answered 401, with all that the alert has to say', async () => {
      const fault = faultById('dead-session-wrong-status');
      if (fault === undefined) throw new Error('the fault is gone');
      const expected = {
        alertname: alertNameOf(fault.id),
        job: JOB,
        vantage: 'server',
        target: 'reconnecting-on-rmcp-0.16',
        fault: fault.id,
        side: 'server',
        severity: fault.alert.severity,
      };
      const isExpected = ({ labels }: Alert): boolean =>
        labels['alertname'] === expected.alertname && labels['target'] === expected.target;
      const told = await eventually(
        'the alert at the webhook',
        45_000,
        async () => arrived.filter(isExpected),
        (found) => found.length > 0,
      );
      expect(told[0]?.labels).toEqual(expected);
      const said = { value: '1', label: (name: string): string => expected[name as keyof typeof expected] };
      expect(told[0]?.annotations).toEqual(annotationsOfFault(fault, said));
      const held = await json<Alert[]>(`${alertmanagerUrl}/api/v2/alerts`);
      expect(held.filter(isExpected).map(({ labels }) => labels)).toEqual([expected]);
    }, 50_000);

    it('evaluate every rule without an error', async () => {
      type Rule = { name: string; health: string; lastError?: string };
      const { data } = await json<{ data: { groups: { rules: Rule[] }[] } }>(`${prometheusUrl}/api/v1/rules`);
      const rules = data.groups.flatMap((group) => group.rules);
      expect(rules.length).toBeGreaterThan(0);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    });

    it('answer every query of every panel with figures', async () => {
      const isEmpty = async ({ expr }: { expr: string }): Promise<boolean> => {
        const span = { start: String(startedAt), end: String(Date.now() / 1000), step: '1' };
        const asked = new URLSearchParams({ query: filledIn(expr), ...span });
        const { data } = await json<Answer>(`${prometheusUrl}/api/v1/query_range?${asked}`);
        return !data.result.some(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))));
      };
      let empty = panelQueries();
      expect(empty.length).toBeGreaterThan(0);
      const askAgain = async (): Promise<typeof empty> => {
        const answers = await Promise.all(empty.map(isEmpty));
        return (empty = empty.filter((_, i) => answers[i]));
      };
      await eventually(
        'figures for all queries; without any so far',
        45_000,
        askAgain,
        (left) => left.length === 0,
      );
    }, 60_000);
  },
);
