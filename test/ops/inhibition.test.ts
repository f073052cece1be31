import { readFileSync, rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { alertNameOf } from '../../src/faults/index.ts';
import { definitionOf } from '../../src/ops/rules/definitions.ts';
import { inhibitions } from '../../src/ops/rules/inhibition.ts';
import { conditionOf } from '../../src/ops/rules/render.ts';
import { freePort } from '../support/free-port.ts';
import { describeWith } from '../support/system-programs.ts';
import { eventually, json } from '../system/support/asking.ts';
import { createProcesses } from '../system/support/processes.ts';

const FILE = join(import.meta.dirname, '../../alerts/alertmanager/inhibit-rules.yaml');

const named = inhibitions.flatMap(({ while: source, silent, equal }) =>
  source === undefined ? [] : silent.map((target) => ({ source, target, equal })),
);

function labelsOf(id: string): readonly string[][] {
  const definition = definitionOf(id);
  return definition.levels.map((level) => [...conditionOf(definition, level).labels]);
}

describe('an inhibition', () => {
  // To Alertmanager two labels that are both absent are equal.
  it.each(named)('of $target by $source agrees in labels that both have', ({ source, target, equal }) => {
    for (const labels of [...labelsOf(source), ...labelsOf(target)])
      expect(labels).toEqual(expect.arrayContaining([...equal]));
  });

  it('is of no alert by itself, nor of two by each other', () => {
    const pairs = new Set(named.map(({ source, target }) => `${source} ${target}`));
    expect(named.filter(({ source, target }) => pairs.has(`${target} ${source}`))).toEqual([]);
  });
});

interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

describeWith(['prometheus-alertmanager'], 'Alertmanager', (alertmanager) => {
  const processes = createProcesses();
  const folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
  let url = '';

  beforeAll(async () => {
    const file = join(folder, 'alertmanager.yaml');
    const { inhibit_rules } = parse(readFileSync(FILE, 'utf8')) as { inhibit_rules: unknown };
    writeFileSync(
      file,
      stringify({ route: { receiver: 'none' }, receivers: [{ name: 'none' }], inhibit_rules }),
    );
    const port = await freePort();
    processes.start(alertmanager, [
      `--config.file=${file}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]);
    url = `http://127.0.0.1:${port}`;
    await eventually(
      'ready',
      20_000,
      () => fetch(`${url}/-/ready`).catch(() => undefined),
      (answer) => answer?.ok === true,
    );
  }, 30_000);
  afterAll(async () => {
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Of these alerts, those that are sent. */
  async function sentOf(job: string, alerts: readonly Readonly<Record<string, string>>[]): Promise<string[]> {
    const body = alerts.map((labels) => ({ labels: { job, ...labels } }));
    await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const told = await eventually(
      'alerts',
      20_000,
      () => json<Told[]>(`${url}/api/v2/alerts?filter=job="${job}"`),
      (found) =>
        found.length === alerts.length && found.every(({ status }) => status.state !== 'unprocessed'),
    );
    return told
      .filter(({ status }) => status.state === 'active')
      .map(({ labels }) => `${labels['alertname']} ${labels['target'] ?? ''} ${labels['severity']}`)
      .toSorted();
  }

  const alert = (
    id: string,
    severity: string,
    more: Readonly<Record<string, string>>,
  ): Record<string, string> => ({
    alertname: alertNameOf(id),
    severity,
    ...more,
  });

  it('keeps back what a restart set off, and sends what it brought to light', async () => {
    const shop = { vantage: 'server', target: 'shop' };
    const sent = await sentOf('restarted', [
      alert('restart-amnesia', 'info', shop),
      alert('sse-flap', 'warning', shop),
      alert('reinit-storm', 'warning', shop),
      alert('client-no-reinit', 'warning', shop),
      alert('dead-session-wrong-status', 'warning', shop),
      alert('sse-flap', 'warning', { ...shop, target: 'mail' }),
    ]);
    expect(sent).toEqual([
      'McpClientNoReinit shop warning',
      'McpDeadSessionWrongStatus shop warning',
      'McpRestartAmnesia shop info',
      'McpSseFlap mail warning',
    ]);
  });

  it('sends the louder one of two rules of an alert', async () => {
    const shop = { vantage: 'proxy', target: 'shop' };
    const sent = await sentOf('loud', [
      alert('lost-affinity', 'critical', shop),
      alert('lost-affinity', 'warning', shop),
      alert('lost-affinity', 'warning', { ...shop, target: 'mail' }),
      alert('recovery-burn', 'warning', shop),
    ]);
    expect(sent).toEqual([
      'McpLostAffinity mail warning',
      'McpLostAffinity shop critical',
      'McpRecoveryBurn shop warning',
    ]);
  });

  it('sends one message for a job that is gone', async () => {
    const sent = await sentOf('gone', [
      alert('metrics-absent', 'warning', {}),
      alert('target-down', 'warning', { instance: 'a:1' }),
      alert('target-down', 'warning', { instance: 'b:1' }),
    ]);
    expect(sent).toEqual(['McpMetricsAbsent  warning']);
  });
});
