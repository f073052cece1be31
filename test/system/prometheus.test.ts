import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { alertNameOf, faultById } from '../../src/faults/index.ts';
import { annotationsOfFault } from '../../src/ops/alerts.ts';
import { freePort } from '../support/free-port.ts';
import { describeWith } from '../support/system-programs.ts';
import { eventually, json } from './support/asking.ts';
import { filledIn, isSeenFrom, panelQueries, type PanelQuery } from './support/panels.ts';
import { createProcesses } from './support/processes.ts';

const ROOT = join(import.meta.dirname, '../..');
const JOB = 'demo';

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Answer {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
}

describeWith(
  ['prometheus', 'prometheus-alertmanager'],
  'Prometheus and Alertmanager',
  (prometheus, alertmanager) => {
    let folder = '';
    const processes = createProcesses();
    const arrived: Alert[] = [];
    const startedAt = Date.now() / 1000;
    let webhook: Server | undefined;
    let prometheusUrl = '';
    let alertmanagerUrl = '';

    /** The demo's servers and clients, real ones, on the loopback interface; answers where its metrics are. */
    async function startDemo(): Promise<string> {
      const demo = processes.start(process.execPath, ['demo/main.ts', '--port', '0']);
      const [, host = ''] = await demo.said(/Metrics: http:\/\/([^/]+)\/metrics/);
      return host;
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
      processes.start(alertmanager, [
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
      processes.start(prometheus, [
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
      await processes.endAll();
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

    it('answer every query of every panel with figures, but those of clients, which the demo does not watch', async () => {
      const isEmpty = async (asked: PanelQuery): Promise<boolean> => {
        const span = { start: String(startedAt), end: String(Date.now() / 1000), step: '1' };
        const range = new URLSearchParams({ query: filledIn(asked, JOB), ...span });
        const { data } = await json<Answer>(`${prometheusUrl}/api/v1/query_range?${range}`);
        return !data.result.some(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))));
      };
      let empty = panelQueries().filter((asked) => isSeenFrom('server', asked));
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
