import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenarios } from '../../demo/scenarios.ts';
import { createHostCheck } from '../../src/exporter/host-check.ts';
import { readSettings } from '../../src/exporter/settings/index.ts';
import { describeWith } from '../support/system-programs.ts';
import { services, type Service } from '../system/support/stack.ts';
import { readDockerfile } from './support/dockerfile.ts';
import { documentsOf, image, portsOfImage, ROOT } from './support/files.ts';

interface Contained extends Service {
  readonly ports?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly build?: string | { readonly dockerfile: string };
  readonly network_mode?: string;
}

interface Source {
  readonly uid: string;
  readonly url: string;
  readonly jsonData: {
    readonly timeInterval?: string;
    readonly exemplarTraceIdDestinations?: readonly {
      readonly name: string;
      readonly datasourceUid: string;
    }[];
  };
}

const all = services as Readonly<Record<string, Contained>>;
const each = Object.entries(all);

function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function document<T>(path: string): T {
  return documentsOf(path)[0] as T;
}

const prometheus = document<{
  global: { scrape_interval: string };
  scrape_configs: { static_configs: { targets: string[] }[]; metrics_path?: string }[];
}>('compose/prometheus.yml');
const { datasources } = document<{ datasources: Source[] }>(
  'compose/grafana/provisioning/datasources/datasources.yaml',
);

describe('docker-compose.yml', () => {
  it.each(each)('gives %s no more than it needs', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      pids_limit: expect.any(Number),
    });
    expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(each)('mounts for %s what is there, to be read', (_, { volumes = [], command = [] }) => {
    for (const volume of volumes) {
      const [source = '', target = '', mode] = volume.split(':');
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect([target.startsWith('/'), mode], volume).toEqual([true, 'ro']);
    }
    const named = command.join(' ').match(/\/etc\/[\w./-]+/g) ?? [];
    const mounted = volumes.map((volume) => volume.split(':')[1]);
    expect(named.filter((path) => !mounted.includes(path))).toEqual([]);
  });

  it('asks every service whether it is well, but the Collector, whose image has nothing to ask with', () => {
    const dockerfileOf = ({ build }: Contained): string =>
      build === undefined ? '' : text(typeof build === 'string' ? 'Dockerfile' : build.dockerfile);
    const unasked = each.filter(
      ([, service]) => service.healthcheck === undefined && !/^HEALTHCHECK /m.test(dockerfileOf(service)),
    );
    expect(unasked.map(([name]) => name)).toEqual(['collector']);
  });

  it('starts none before those that it needs', () => {
    for (const [name, { depends_on: awaited = {} }] of each)
      for (const other of Object.keys(awaited)) {
        expect(all, name).toHaveProperty(other);
        expect(awaited[other], `${name}: ${other}`).toMatchObject({ condition: 'service_healthy' });
      }
  });

  it('takes the versions on which the tests run, where they run them', () => {
    const [, released] =
      /prometheus\/prometheus v0\.(\d+)\.\d+/.exec(text('test/system/programs/go.mod')) ?? [];
    const major = Math.floor(Number(released) / 100);
    expect(all['prometheus']?.image).toBe(`prom/prometheus:v${major}.${Number(released) % 100}.0`);
    const { dist } = document<{ dist: { version: string } }>('test/system/programs/collector.yaml');
    expect(all['collector']?.image).toBe(`otel/opentelemetry-collector:${dist.version}`);
    const [first] = readDockerfile(join(ROOT, 'compose/demo.Dockerfile'));
    expect(first?.base).toBe(image.base);
  });
});

describe('the image of the demo', () => {
  it('is given what it copies', () => {
    const given = text('compose/demo.Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...text('compose/demo.Dockerfile').matchAll(/^COPY (.*) \S+$/gm)].flatMap(
      ([, sources = '']) => sources.split(' '),
    );
    expect(copied.toSorted()).toEqual(given.toSorted());
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });
});

describe('the proxy', () => {
  const { settings, problems } = readSettings({ file: join(ROOT, 'compose/exporter.yaml') });
  if (settings === undefined) throw new Error(problems?.join('\n'));

  it('stands in front of pairs of the demo, each with a port and a path of its own', () => {
    const { upstreams } = settings.proxy;
    const known = scenarios.map(({ name }) => name);
    expect(upstreams.filter(({ name }) => !known.includes(name))).toEqual([]);
    expect(upstreams.length).toBe(20);
    for (const { name, path } of upstreams) expect(path).toBe(`/${name}`);
    expect(new Set(upstreams.flatMap(({ urls }) => urls)).size).toBe(upstreams.length);
    for (const half of [true, false])
      expect(
        scenarios.some(
          ({ name, expected }) => expected.length > 0 === half && upstreams.some((one) => one.name === name),
        ),
      ).toBe(true);
  });

  it('is asked by a name that it answers to, and at its port; so are the programs beside it', () => {
    const { allowed_hosts: hosts } = settings;
    const targets = prometheus.scrape_configs
      .filter(({ metrics_path: path }) => path === undefined)
      .flatMap((job) => job.static_configs)
      .flatMap((of) => of.targets);
    const demo = ['broken', 'healthy'].map((name) => all[name] as Contained);
    for (const { network_mode: network } of demo) expect(network).toBe('service:exporter');
    const ports = demo.map(({ environment }) => environment?.['MCP_SESSION_EXPORTER_PORT']);
    expect(targets).toEqual([portsOfImage().metrics, ...ports].map((port) => `exporter:${port}`));
    const allowed = demo.map(({ environment }) => environment?.['MCP_SESSION_EXPORTER_ALLOWED_HOSTS'] ?? '');
    for (const names of [hosts, ...allowed.map((name) => [name])])
      for (const target of targets) expect(createHostCheck(names)(target), target).toBe(true);
  });

  it('is asked to probe what it may', () => {
    const job = prometheus.scrape_configs.find(({ metrics_path: path }) => path === '/probe');
    expect(job?.static_configs.flatMap(({ targets }) => targets)).toEqual(settings.probe.allowed_targets);
  });

  it('sends its spans to the Collector, and that to Tempo', () => {
    type Otlp = { protocols: { http: { endpoint: string } } };
    const collector = document<{ receivers: { otlp: Otlp }; exporters: { otlp_http: { endpoint: string } } }>(
      'compose/collector.yaml',
    );
    const tempo = document<{
      distributor: { receivers: { otlp: Otlp } };
      server: { http_listen_port: number };
    }>('compose/tempo.yaml');
    const portOf = ({ protocols }: Otlp): string | undefined => protocols.http.endpoint.split(':').at(-1);
    expect(all['exporter']?.environment?.['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe(
      `http://collector:${portOf(collector.receivers.otlp)}`,
    );
    expect(collector.exporters.otlp_http.endpoint).toBe(
      `http://tempo:${portOf(tempo.distributor.receivers.otlp)}`,
    );
    expect(datasources.find(({ uid }) => uid === 'tempo')?.url).toBe(
      `http://tempo:${tempo.server.http_listen_port}`,
    );
  });
});

describe('Grafana', () => {
  it('has data sources with uids of their own, at services that there are', () => {
    expect(new Set(datasources.map(({ uid }) => uid)).size).toBe(datasources.length);
    for (const { url } of datasources) expect(all).toHaveProperty(new URL(url).hostname);
    const main = datasources.find(({ uid }) => uid === 'prometheus');
    expect(main?.jsonData.timeInterval).toBe(prometheus.global.scrape_interval);
    expect(main?.jsonData.exemplarTraceIdDestinations).toEqual([
      expect.objectContaining({ name: 'trace_id', datasourceUid: 'tempo' }),
    ]);
  });

  it('finds the dashboards where they are mounted, and begins with one of them', () => {
    const { volumes = [], environment = {} } = all['grafana'] as Contained;
    const { providers } = document<{ providers: { options: { path: string } }[] }>(
      'compose/grafana/provisioning/dashboards/dashboards.yaml',
    );
    for (const { options } of providers) expect(volumes).toContain(`./dashboards:${options.path}:ro`);
    const home = environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
    const [provider] = providers;
    expect(
      readdirSync(join(ROOT, 'dashboards')).map((name) => `${provider?.options.path}/${name}`),
    ).toContain(home);
  });
});

describe('Alertmanager', () => {
  it('is silent where the generated rules say so', () => {
    const { inhibit_rules: rules } = document<{ inhibit_rules: unknown[] }>('compose/alertmanager.yml');
    const generated = parse(text('alerts/alertmanager/inhibit-rules.yaml')) as { inhibit_rules: unknown[] };
    expect(rules).toEqual(generated.inhibit_rules);
  });
});

describeWith(['promtool', 'promtool-3', 'amtool'], 'promtool and amtool', (floor, current, amtool) => {
  it('take the configurations', () => {
    const syntax = ['check', 'config', '--syntax-only', join(ROOT, 'compose/prometheus.yml')];
    for (const promtool of [floor, current])
      expect(() => execFileSync(promtool, syntax, { stdio: 'pipe' })).not.toThrow();
    const check = ['check-config', join(ROOT, 'compose/alertmanager.yml')];
    expect(() => execFileSync(amtool, check, { stdio: 'pipe' })).not.toThrow();
  });
});
