import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { describeWith } from '../support/system-programs.ts';
import { ROOT } from './support/files.ts';

const FOLDER = join(ROOT, 'examples/operations');

describeWith(['promtool', 'amtool'], 'what is copied into a stack of one’s own', (promtool, amtool) => {
  let etc = '';

  /** A file with the paths of the machine that it is made for, as they are in the folder of the test. */
  function here(path: string): string {
    return readFileSync(join(ROOT, path), 'utf8').replaceAll('/etc/', `${etc}/`);
  }

  beforeAll(() => {
    etc = mkdtempSync(join(tmpdir(), 'operations-'));
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    const [, commands = ''] = /```sh\n(.*?)```/s.exec(readme) ?? [];
    execFileSync('sh', ['-euc', commands], { cwd: ROOT, env: { ...process.env, ETC: etc }, stdio: 'pipe' });
  });
  afterAll(() => rmSync(etc, { recursive: true, force: true }));

  it('is found by Prometheus: its configuration is right, with every rule file', () => {
    const file = join(etc, 'prometheus/prometheus.yml');
    writeFileSync(file, here('examples/operations/prometheus.yaml'));
    const said = execFileSync(promtool, ['check', 'config', file], { encoding: 'utf8', stdio: 'pipe' });
    const shipped = readdirSync(join(ROOT, 'alerts')).filter((name) => name.endsWith('.yaml'));
    for (const name of shipped) expect(said).toContain(`prometheus/rules/${name}`);
  });

  it('is found by Grafana', () => {
    const { providers } = parse(here('examples/operations/grafana.yaml')) as {
      providers: { options: { path: string } }[];
    };
    const shipped = readdirSync(join(ROOT, 'dashboards')).filter((name) => name.endsWith('.json'));
    for (const { options } of providers)
      expect(readdirSync(options.path).toSorted()).toEqual(shipped.toSorted());
  });

  it('sends each severity where docs/alerts.md says', () => {
    const routes = parse(here('examples/operations/routes.yaml')) as object;
    const inhibition = parse(here('alerts/alertmanager/inhibit-rules.yaml')) as object;
    const file = join(etc, 'alertmanager.yml');
    writeFileSync(file, stringify({ ...routes, ...inhibition }));
    execFileSync(amtool, ['check-config', file], { stdio: 'pipe' });
    const receiverOf = (...labels: string[]): string =>
      execFileSync(amtool, ['config', 'routes', 'test', `--config.file=${file}`, ...labels], {
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim();
    const alert = 'alertname=McpLostAffinity';
    expect(receiverOf(alert, 'severity=critical')).toBe('page');
    expect(receiverOf(alert, 'severity=warning')).toBe('ticket');
    expect(receiverOf(alert, 'severity=info')).toBe('nobody');
    expect(receiverOf('alertname=Other', 'severity=critical')).toBe('nobody');
  });

  it('is told in a README that names what there is', () => {
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(FOLDER, path)))).toEqual([]);
  });
});
