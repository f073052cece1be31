import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  ALERTMANAGERS,
  COMPOSE_FILES,
  DASHBOARDS as DASHBOARD_FILES,
  files,
  ROOT,
  RULE_FILES,
} from '../ops/lint/shipped.ts';
import { describeWith } from '../support/system-programs.ts';

/** What we ship, as the programs that will read it check it. Each check is also given something that is wrong. */

const folder = mkdtempSync(join(tmpdir(), 'linters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RULES = files(RULE_FILES);
const COMPOSED = files(...COMPOSE_FILES);
const CONFIGURATIONS = files(ALERTMANAGERS);
const DASHBOARDS = files(DASHBOARD_FILES);

/** What a program says of files, with what it exits. */
function told(
  program: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly said: string } {
  // Nothing of the one who runs the tests may fill a variable in: neither a home nor an environment.
  const env = { PATH: '/usr/bin:/bin', HOME: folder };
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', env });
  if (error !== undefined) throw error;
  return { status, said: stdout + stderr };
}

/** A file with something in it that is wrong. */
function wrong(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The configurations of Prometheus that compose files mount, each with all that is mounted beside it. */
const MOUNTED = COMPOSED.flatMap(({ path, text }) => {
  const { services } = parse(text) as { services: Record<string, { volumes?: readonly unknown[] }> };
  return Object.entries(services).flatMap(([service, { volumes = [] }]) => {
    const mounts = volumes.map(String).flatMap((volume) => {
      const [from = '', to = ''] = volume.split(':');
      return to.startsWith('/etc/prometheus') ? [{ from: join(dirname(path), from), to }] : [];
    });
    const configuration = mounts.find(({ to }) => to.endsWith('/prometheus.yml'));
    return configuration === undefined ? [] : [{ path, service, mounts, configuration }];
  });
});

it('there is something to check of each kind', () => {
  expect(RULES).not.toEqual([]);
  expect(COMPOSED.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['docker-compose.yml', 'examples/docker/compose.yaml']),
  );
  expect(MOUNTED.map(({ path }) => path)).toEqual(COMPOSED.map(({ path }) => path));
  expect(CONFIGURATIONS).not.toEqual([]);
});

type Mounted = (typeof MOUNTED)[number];

/** Lays out in a folder what the container would see below its root; answers where the configuration is. */
function laidOut({ mounts, configuration }: Mounted, change = (text: string): string => text): string {
  const root = mkdtempSync(join(folder, 'mounted-'));
  for (const { from, to } of mounts) cpSync(join(ROOT, from), join(root, to), { recursive: true });
  const path = join(root, configuration.to);
  writeFileSync(
    path,
    change(readFileSync(path, 'utf8')).replaceAll('/etc/prometheus/', `${root}/etc/prometheus/`),
  );
  return path;
}

/** Debian's is the oldest that the rules must do for, the other the newest. */
describe.each(['promtool', 'promtool-3'])('%s', (name) => {
  describeWith([name], 'checks', (promtool) => {
    it.each(RULES)('the rules of $path', ({ path }) => {
      const { status, said } = told(promtool, 'check', 'rules', '--lint=all', '--lint-fatal', path);
      expect(said).toMatch(/SUCCESS: [1-9]\d* rules found/);
      expect(status).toBe(0);
    });

    it('and finds a rule that is wrong', () => {
      const rule = { alert: 'A', expr: 'sum(', labels: { severity: 'info' } };
      const path = wrong('rules.yaml', JSON.stringify({ groups: [{ name: 'g', rules: [rule] }] }));
      expect(told(promtool, 'check', 'rules', path)).toMatchObject({
        status: 1,
        said: expect.stringMatching(/parse error/),
      });
    });

    it('and finds two rules that are the same', () => {
      const rule = { alert: 'A', expr: 'up == 0' };
      const path = wrong('twice.yaml', JSON.stringify({ groups: [{ name: 'g', rules: [rule, rule] }] }));
      const { status, said } = told(promtool, 'check', 'rules', '--lint=all', '--lint-fatal', path);
      expect(said).toContain('duplicate');
      expect(status).not.toBe(0);
    });

    it.each(MOUNTED)('the configuration that $path mounts, with its rules', (mounted) => {
      const { status, said } = told(promtool, 'check', 'config', '--lint-fatal', laidOut(mounted));
      expect(said).toMatch(new RegExp(`SUCCESS: ${RULES.length} rule files? found`));
      expect(status).toBe(0);
    });

    it.each(MOUNTED)('that of $path, and finds what is wrong in it', (mounted) => {
      const path = laidOut(mounted, (text) => text.replace('scrape_interval:', 'scrape_intervall:'));
      const { status, said } = told(promtool, 'check', 'config', path);
      expect(said).toContain('scrape_intervall');
      expect(status).toBe(1);
    });
  });
});

describeWith(['amtool'], 'amtool checks', (amtool) => {
  it.each(CONFIGURATIONS)('$path', ({ path }) => {
    const { status, said } = told(amtool, 'check-config', path);
    expect(said).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it('and finds a receiver that is not there', () => {
    const path = wrong('alertmanager.yml', 'route: { receiver: nobody }\nreceivers: [{ name: page }]\n');
    expect(told(amtool, 'check-config', path)).toMatchObject({
      status: 1,
      said: expect.stringContaining('undefined receiver "nobody"'),
    });
  });
});

describeWith(['pint'], 'pint', (pint) => {
  const lint = (...paths: readonly string[]): ReturnType<typeof told> =>
    told(pint, '--offline', '--no-color', 'lint', '--min-severity', 'info', '--fail-on', 'info', ...paths);

  it('finds nothing in the rules, and has none of its checks switched off', () => {
    const { status, said } = lint(...RULES.map(({ path }) => path));
    expect(said).not.toMatch(/^(Information|Warning|Bug|Fatal)/m);
    expect(status).toBe(0);
    expect(readFileSync(join(ROOT, '.pint.hcl'), 'utf8')).not.toMatch(/disable/);
    expect(RULES.filter(({ text }) => text.includes('pint '))).toEqual([]);
  });

  it.each([
    ['an alert without a severity', { alert: 'A', expr: 'up == 0' }, /severity.+label is required/],
    [
      'an alert without bound',
      { alert: 'A', expr: 'up', labels: { severity: 'info' } },
      /alerts\/comparison/,
    ],
    [
      'a template that names what is not there',
      { alert: 'A', expr: 'sum(up) == 0', annotations: { summary: '{{ $labels.job }}' } },
      /alerts\/template/,
    ],
  ])('finds %s', (_, rule, finding) => {
    const path = wrong('pint.yaml', JSON.stringify({ groups: [{ name: 'g', rules: [rule] }] }));
    const { status, said } = lint(path);
    expect(said).toMatch(finding);
    expect(status).toBe(1);
  });
});

describeWith(['dashboard-linter'], 'dashboard-linter', (linter) => {
  const lint = (...paths: readonly string[]): ReturnType<typeof told> =>
    told(linter, '--config', 'dashboards/.lint', ...paths);

  it('finds nothing in the dashboards but what has a reason', () => {
    const { status, said } = lint(...DASHBOARDS.map(({ path }) => path));
    expect(said.split('\n').filter((line) => line.includes('❌'))).toEqual([]);
    expect(status).toBe(0);
  });

  const { exclusions } = parse(readFileSync(join(ROOT, 'dashboards/.lint'), 'utf8')) as {
    exclusions: Record<string, { reason?: string; entries?: readonly { reason?: string }[] }>;
  };

  it.each(Object.entries(exclusions))('and the exclusion of %s has a reason, and is needed', (rule, left) => {
    const reasons = left.entries?.map(({ reason }) => reason) ?? [left.reason];
    for (const reason of reasons) expect(reason).toMatch(/\w{2,} \w/);
    const { [rule]: _, ...others } = exclusions;
    const without = wrong('without.lint', JSON.stringify({ exclusions: others }));
    expect(told(linter, '--config', without, ...DASHBOARDS.map(({ path }) => path)).status).toBe(1);
  });

  it('finds a panel without a unit and a query at a fixed interval', () => {
    const [first] = DASHBOARDS;
    const text = first?.text.replaceAll('$__rate_interval', '5m').replaceAll(/"unit": "\w+"/g, '"unit": ""');
    const { status, said } = lint(wrong('dashboard.json', text ?? ''));
    expect(said).toContain('$__rate_interval');
    expect(said).toMatch(/unit/);
    expect(status).toBe(1);
  });
});

/** A service as `docker compose config` tells it. */
interface Service {
  readonly image?: string;
  readonly mem_limit?: string;
  readonly ports?: readonly { readonly host_ip?: string; readonly published?: string }[];
  readonly volumes?: readonly { readonly type: string; readonly source?: string }[];
}

/** What a service says too little of: how large it may grow, which version it is, who may reach it, what it reads. */
function mistakesInService({ image = '', mem_limit: limit, ports = [], volumes = [] }: Service): string[] {
  const mounted = volumes.flatMap(({ type, source = '' }) => (type === 'bind' ? [source] : []));
  return [
    ...(/:v?\d+\.\d+\.\d+$/.test(image) ? [] : [`${image} has no pinned tag`]),
    ...(Number(limit) > 0 ? [] : [`${image} has no limit of memory`]),
    ...ports.filter((port) => port.host_ip !== '127.0.0.1').map((port) => `${port.published} is open to all`),
    ...mounted
      .filter((path) => !existsSync(path))
      .map((path) => `${basename(path)} is not there to be mounted`),
  ];
}

describeWith(['docker-compose'], 'docker compose config', (compose) => {
  it.each(COMPOSED)('has nothing to say of $path', ({ path }) => {
    expect(told(compose, '-f', path, 'config', '-q')).toEqual({ status: 0, said: '' });
  });

  it.each([
    [
      'a key that there is not',
      'services: { a: { imagee: x } }',
      /additional properties 'imagee' not allowed/,
    ],
    [
      'a service that there is not',
      'services: { a: { image: x, depends_on: [b] } }',
      /depends on undefined service "b"/,
    ],
    [
      'a variable that nobody sets',
      'services: { a: { image: "x:${TAG_OF_X}" } }',
      /TAG_OF_X\W+ variable is not set/,
    ],
  ])('finds %s', (_, text, finding) => {
    expect(told(compose, '-f', wrong('compose.yaml', text), 'config', '-q').said).toMatch(finding);
  });

  it.each(COMPOSED)('shows that services of $path are pinned, limited and closed', ({ path }) => {
    const { services } = JSON.parse(told(compose, '-f', path, 'config', '--format', 'json').said) as {
      services: Record<string, Service>;
    };
    expect(Object.values(services).length).toBeGreaterThan(1);
    expect(Object.values(services).flatMap(mistakesInService)).toEqual([]);
  });
});

it.each([
  ['no version', { image: 'prom/prometheus:latest', mem_limit: '1' }, 'has no pinned tag'],
  ['no limit', { image: 'a:1.0.0' }, 'has no limit of memory'],
  ['a port for all', { image: 'a:1.0.0', mem_limit: '1', ports: [{ published: '80' }] }, '80 is open to all'],
  [
    'a file that is not there',
    { image: 'a:1.0.0', mem_limit: '1', volumes: [{ type: 'bind', source: '/x' }] },
    'x is not there',
  ],
] as const)('a service with %s is found', (_, service, mistake) => {
  expect(mistakesInService(service).join()).toContain(mistake);
});
