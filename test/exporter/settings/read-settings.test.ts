import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  exporterOptionsOf,
  probingOf,
  proxySettingsOf,
  readSettings,
  type Settings,
  type Sources,
} from '../../../src/exporter/settings/index.ts';
import { emptyFolder } from '../../recording/support/folder.ts';
import { AUTHORITY } from '../probe/support/certificates.ts';

function fileOf(text: string, name = 'settings.yaml'): string {
  const file = join(emptyFolder(), name);
  writeFileSync(file, text);
  return file;
}

function settingsOf(sources: Sources): Settings {
  const { settings, problems } = readSettings(sources);
  expect(problems).toBeUndefined();
  return settings as Settings;
}

describe('the sources of settings', () => {
  const file = fileOf(
    'port: 1\nhost: file.example\ntarget: of-the-file\nproxy: { drain_seconds: 1, affinity: none }\n',
  );
  const environment = {
    MCP_SESSION_EXPORTER_CONFIG: file,
    MCP_SESSION_EXPORTER_PORT: '2',
    MCP_SESSION_EXPORTER_HOST: 'variable.example',
    MCP_SESSION_EXPORTER_PROXY_DRAIN_SECONDS: '2',
  };

  it('count in this order: flags, variables, the file, defaults', () => {
    const settings = settingsOf({ args: ['--port', '3'], environment });
    expect(settings).toMatchObject({
      port: 3,
      host: 'variable.example',
      target: 'of-the-file',
      proxy: { drain_seconds: 2, affinity: 'none', listen: '127.0.0.1:8080' },
    });
  });

  it('name the file by flag before variable', () => {
    const other = fileOf('target: of-another-file\n');
    expect(settingsOf({ args: ['--config', other], environment }).target).toBe('of-another-file');
  });

  it('do not join lists', () => {
    const lists = fileOf('allowed_hosts: [a.example, b.example]\n');
    expect(settingsOf({ file: lists, args: ['--allowed-hosts', 'c.example'] }).allowed_hosts).toEqual([
      'c.example',
    ]);
  });

  it('are left out of account where they say nothing', () => {
    const blank = {
      MCP_SESSION_EXPORTER_PORT: ' ',
      MCP_SESSION_EXPORTER_ALLOWED_HOSTS: ',',
      MCP_SESSION_EXPORTER_CONFIG: '',
    };
    const nothing = fileOf('port:\nproxy:\ntable:\n  thresholds:\n');
    expect(settingsOf({ environment: blank, file: nothing })).toEqual(settingsOf({}));
  });

  it('may have what a higher one overrides wrong', () => {
    expect(settingsOf({ file: fileOf('port: high\n'), args: ['--port', '3'] }).port).toBe(3);
  });

  it('are told of all at once, each under its own name', () => {
    const { problems = [] } = readSettings({
      args: ['--listen', 'here'],
      environment: { MCP_SESSION_EXPORTER_PORT: 'there' },
      file: fileOf('host: a b\nprot: 1\n'),
    });
    const names = problems.map((line) => /^(?:\S+settings\.yaml:\d+:\d+: )?([^:]+): /.exec(line)?.[1]);
    expect(new Set(names)).toEqual(new Set(['--listen', 'MCP_SESSION_EXPORTER_PORT', 'host', 'prot']));
  });
});

describe('variables of Kubernetes', () => {
  it('beside a service of the same name are no settings', () => {
    const links = {
      MCP_SESSION_EXPORTER_SERVICE_HOST: '10.0.0.1',
      MCP_SESSION_EXPORTER_SERVICE_PORT: '9464',
      MCP_SESSION_EXPORTER_SERVICE_PORT_METRICS: '9464',
      MCP_SESSION_EXPORTER_PORT: 'tcp://10.0.0.1:9464',
      MCP_SESSION_EXPORTER_PORT_9464_TCP: 'tcp://10.0.0.1:9464',
      MCP_SESSION_EXPORTER_PORT_9464_TCP_PROTO: 'tcp',
      MCP_SESSION_EXPORTER_PORT_9464_TCP_PORT: '9464',
      MCP_SESSION_EXPORTER_PORT_9464_TCP_ADDR: '10.0.0.1',
    };
    expect(settingsOf({ environment: links })).toEqual(settingsOf({}));
  });
});

describe('upstreams', () => {
  const upstreamsOf = (sources: Sources): object[] =>
    proxySettingsOf(settingsOf(sources)).upstreams.map(({ name, addresses, path, host }) => ({
      name,
      urls: addresses.map(({ href }) => href),
      ...(path === undefined ? undefined : { path }),
      ...(host === undefined ? undefined : { host }),
    }));

  it.each([
    ['http://10.0.0.1/mcp', [{ name: 'default', urls: ['http://10.0.0.1/mcp'] }]],
    [
      'http://10.0.0.1/mcp,http://10.0.0.2/mcp',
      [{ name: 'default', urls: ['http://10.0.0.1/mcp', 'http://10.0.0.2/mcp'] }],
    ],
    ['shop=http://10.0.0.1/mcp', [{ name: 'shop', urls: ['http://10.0.0.1/mcp'], path: '/shop' }]],
    [
      'shop.example=http://10.0.0.1/a=b',
      [{ name: 'shop.example', urls: ['http://10.0.0.1/a=b'], host: 'shop.example' }],
    ],
  ])('are read from %s', (text, expected) => {
    expect(upstreamsOf({ args: ['--upstream', text] })).toEqual(expected);
    expect(upstreamsOf({ environment: { MCP_SESSION_EXPORTER_PROXY_UPSTREAMS: text } })).toEqual(expected);
  });

  it('are several, by several flags or in one variable', () => {
    const [one, other] = ['shop=http://10.0.0.1/mcp,http://10.0.0.2/mcp', 'search=http://10.0.0.3/mcp'];
    const expected = [
      { name: 'shop', urls: ['http://10.0.0.1/mcp', 'http://10.0.0.2/mcp'], path: '/shop' },
      { name: 'search', urls: ['http://10.0.0.3/mcp'], path: '/search' },
    ];
    expect(upstreamsOf({ args: ['--upstream', one, `--upstream=${other}`] })).toEqual(expected);
    expect(upstreamsOf({ environment: { MCP_SESSION_EXPORTER_PROXY_UPSTREAMS: `${one},${other}` } })).toEqual(
      expected,
    );
  });
});

describe('what the parts of the program get', () => {
  it('has milliseconds, addresses and the secrets of files', () => {
    const settings = settingsOf({
      file: fileOf(
        [
          `key_file: ${fileOf('shared by all replicas\n', 'key')}`,
          'table: { forget_after_seconds: 1.5 }',
          'proxy: { listen: "[::1]:8081", drain_seconds: 2, connect_seconds: 0.5 }',
          'probe:',
          '  allowed_targets: [https://shop.example/mcp]',
          '  modules:',
          '    shop:',
          `      headers_file: ${fileOf('Authorization: Bearer of-the-file\nX-Shop: 1\n', 'headers')}`,
          '      headers: { authorization: Bearer of-the-settings }',
          '      timeout_seconds: 3',
          '      every_seconds: 300',
          '      eras: [sessionless]',
          '      origin: https://app.example',
          `      ca_file: ${fileOf(AUTHORITY, 'ca.pem')}`,
        ].join('\n'),
      ),
    });
    expect(exporterOptionsOf(settings)).toMatchObject({
      key: 'shared by all replicas',
      table: { forgetAfterMs: 1500 },
    });
    expect(proxySettingsOf(settings)).toMatchObject({
      host: '::1',
      port: 8081,
      drainTimeout: 2000,
      connectTimeout: 500,
    });
    const { targets, modules } = probingOf(settings);
    expect(targets).toEqual(['https://shop.example/mcp']);
    expect(modules.get('shop')).toEqual({
      headers: { authorization: 'Bearer of-the-settings', 'x-shop': '1' },
      timeoutMs: 3000,
      holdMs: 2000,
      everyMs: 300_000,
      eras: ['sessionless'],
      origin: 'https://app.example',
      ca: AUTHORITY,
    });
    expect(modules.get('default')).toEqual({
      headers: {},
      timeoutMs: 5000,
      holdMs: 2000,
      eras: ['sessionful', 'sessionless'],
    });
  });

  it('has thresholds from flags as from the file', () => {
    const byFlags = settingsOf({
      args: [
        '--threshold',
        'lost-affinity.count=4,lost-affinity.quietMs=1',
        '--table-threshold',
        'ghostMs=7',
      ],
    });
    const byFile = settingsOf({
      file: fileOf(
        'thresholds: { lost-affinity: { count: 4, quietMs: 1 } }\ntable: { thresholds: { ghostMs: 7 } }\n',
      ),
    });
    expect(byFlags).toEqual(byFile);
    expect(exporterOptionsOf(byFlags)).toMatchObject({
      thresholds: { 'lost-affinity': { count: 4, quietMs: 1 } },
      table: { thresholds: { ghostMs: 7 } },
    });
  });
});
