import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHostCheck } from '../../src/exporter/host-check.ts';
import { readSettings, type Settings } from '../../src/exporter/settings/index.ts';
import { describeWith } from '../support/system-programs.ts';
import { environmentOf, only } from './support/dockerfile.ts';
import { documentsOf, image, portsOfImage, ROOT, settingsIn } from './support/files.ts';

interface Service {
  readonly build?: string;
  readonly command?: readonly string[];
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly extra_hosts?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
}

interface Prometheus {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

const FOLDER = 'examples/docker';
const { services } = documentsOf(`${FOLDER}/compose.yaml`)[0] as Compose;
const prometheus = documentsOf(`${FOLDER}/prometheus.yaml`)[0] as Prometheus;
const exporter = services['exporter'] as Service;

function settings(): Settings {
  return settingsIn(readFileSync(join(ROOT, FOLDER, 'exporter.yaml'), 'utf8'));
}

describe('the image', () => {
  it('exposes the ports at which it listens, on every address', () => {
    const { mcp, metrics } = portsOfImage();
    expect(only(image, 'EXPOSE').split(' ').map(Number)).toEqual([mcp, metrics]);
    const read = readSettings({ environment: environmentOf(image) });
    expect(read.problems ?? []).toEqual([]);
    expect(read.settings).toMatchObject({
      host: '0.0.0.0',
      port: metrics,
      proxy: { listen: `0.0.0.0:${mcp}` },
    });
  });
});

describe('the compose file', () => {
  it('mounts what is there, and builds from what is there', () => {
    const volumes = Object.values(services).flatMap((service) => service.volumes);
    expect(volumes.length).toBeGreaterThan(2);
    for (const volume of volumes) {
      const [source = '', target = '', mode] = volume.split(':');
      expect(existsSync(join(ROOT, FOLDER, source)), source).toBe(true);
      expect([target.startsWith('/'), mode], volume).toEqual([true, 'ro']);
    }
    expect(existsSync(join(ROOT, FOLDER, exporter.build ?? '', 'Dockerfile'))).toBe(true);
  });

  it('gives the program settings that it takes', () => {
    const [command, ...flags] = exporter.command ?? [];
    expect(command).toBe('proxy');
    const mounted = exporter.volumes.map((volume) => volume.split(':')[1]);
    expect(mounted).toContain(flags[flags.indexOf('--config') + 1]);
    const hosts = exporter.extra_hosts?.map((line) => line.split(':')[0]) ?? [];
    for (const url of settings().proxy.upstreams.flatMap(({ urls }) => urls))
      expect(hosts).toContain(new URL(url).hostname);
  });

  it('lets Prometheus ask by the name that it uses', () => {
    const targets = prometheus.scrape_configs
      .flatMap((job) => job.static_configs)
      .flatMap((each) => each.targets);
    expect(targets.length).toBeGreaterThan(0);
    const isAllowed = createHostCheck(settings().allowed_hosts);
    for (const target of targets) {
      const [host = '', port] = target.split(':');
      expect(Object.keys(services)).toContain(host);
      expect(Number(port)).toBe(portsOfImage().metrics);
      expect(isAllowed(target), target).toBe(true);
    }
  });

  it('publishes to this machine alone, and gives the program no more than it needs', () => {
    for (const port of Object.values(services).flatMap((service) => service.ports))
      expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(exporter).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });
});

describeWith(['promtool'], 'promtool', (promtool) => {
  it('takes the configuration of Prometheus', () => {
    const check = ['check', 'config', '--syntax-only', join(ROOT, FOLDER, 'prometheus.yaml')];
    expect(() => execFileSync(promtool, check, { stdio: 'pipe' })).not.toThrow();
  });
});
