import { describe, expect, it } from 'vitest';
import { DEFAULT_HOST, DEFAULT_PORT, optionsFromEnvironment } from '../../src/exporter/options.ts';
import { SERIES_CEILING } from '../../src/ops/series.ts';
import { createCounts } from '../../src/signals/index.ts';

describe('the options from the environment', () => {
  it('are all left to their defaults when nothing, or nothing but blanks, is set', () => {
    const blank = {
      MCP_SESSION_EXPORTER_PORT: ' ',
      MCP_SESSION_EXPORTER_PATHS: '',
      MCP_SESSION_EXPORTER_VANTAGES: ' ',
      MCP_SESSION_EXPORTER_TARGETS: ',',
    };
    const { vantages, host, port, target, ...rest } = optionsFromEnvironment({});
    // A zero-code start does not know what the program is.
    expect(vantages).toEqual(['server', 'client']);
    expect({ host, port, target }).toEqual({ host: DEFAULT_HOST, port: DEFAULT_PORT, target: 'default' });
    expect(rest).toMatchObject({ key: undefined, paths: undefined, record: undefined, allowedHosts: [] });
    expect(rest).not.toHaveProperty('targets');
    expect(optionsFromEnvironment(blank)).toEqual(optionsFromEnvironment({}));
  });

  it('are read', () => {
    expect(
      optionsFromEnvironment({
        MCP_SESSION_EXPORTER_HOST: '0.0.0.0',
        MCP_SESSION_EXPORTER_PORT: '0',
        MCP_SESSION_EXPORTER_ALLOWED_HOSTS: 'metrics.internal',
        MCP_SESSION_EXPORTER_KEY: 'shared by all replicas',
        MCP_SESSION_EXPORTER_TARGET: 'shop-eu/1',
        MCP_SESSION_EXPORTER_TARGETS: 'tools.example, LOCALHOST:3000,[::1]:3000, tools.example',
        MCP_SESSION_EXPORTER_VANTAGES: 'client',
        MCP_SESSION_EXPORTER_PATHS: '/mcp, /v2/mcp,',
        MCP_SESSION_EXPORTER_RECORD: 'traffic.jsonl',
      }),
    ).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      allowedHosts: ['metrics.internal'],
      key: 'shared by all replicas',
      target: 'shop-eu/1',
      targets: ['tools.example', 'localhost:3000', '[::1]:3000'],
      vantages: ['client'],
      paths: ['/mcp', '/v2/mcp'],
      record: 'traffic.jsonl',
    });
  });

  it.each([
    ['PORT', '65536', /whole number from 0 to 65535/],
    ['PORT', '-1', /whole number/],
    ['PORT', '80.5', /whole number/],
    ['HOST', 'a host', /IP address or a host name/],
    ['HOST', 'http://x', /IP address or a host name/],
    ['ALLOWED_HOSTS', 'name:80', /without a port/],
    ['TARGET', 'two words', /1 to 64 letters/],
    ['TARGET', 'x'.repeat(65), /1 to 64 letters/],
    ['TARGETS', 'https://tools.example/mcp', /hosts as in a URL/],
    ['TARGETS', 'tools.example/mcp', /hosts as in a URL/],
    ['VANTAGES', 'proxy', /"server" or "client", or both divided by a comma/],
    ['PATHS', 'mcp', /begin with "\/"/],
    ['PATHS', '/mcp?x=1', /begin with "\/"/],
    ['RECORD', '/no/such/folder/traffic.jsonl', /the path of a file, in a folder that can be written to/],
    ['RECORD', '.', /the path of a file/],
  ])('refuse %s=%s, naming key, value and what is allowed', (key, value, allowed) => {
    const name = `MCP_SESSION_EXPORTER_${key}`;
    const attempt = (): unknown => optionsFromEnvironment({ [name]: value });
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(`${name}: "${value}" is not allowed`);
    expect(attempt).toThrow(allowed);
  });

  it.each([
    { vantages: 'client', most: 19 },
    { vantages: 'server,client', most: 8 },
  ])(
    'allow $most targets seen from $vantages, and no more: a scrape must stay short',
    ({ vantages, most }) => {
      const hosts = Array.from({ length: most + 1 }, (_, i) => `tools-${i}.example`);
      const read = (count: number) =>
        optionsFromEnvironment({
          MCP_SESSION_EXPORTER_VANTAGES: vantages,
          MCP_SESSION_EXPORTER_TARGETS: hosts.slice(0, count).join(),
        });
      const options = read(most);
      const targets = [...(vantages === 'client' ? [] : ['default']), ...(options.targets ?? []), 'other'];
      const { ceiling } = createCounts({
        vantages: vantages.split(','),
        targets,
        tools: [],
        version: '1.0.0',
      });
      expect(ceiling).toBeLessThanOrEqual(SERIES_CEILING);
      expect(() => read(most + 1)).toThrow(`MCP_SESSION_EXPORTER_TARGETS: "${most + 1}" is not allowed`);
      expect(() => read(most + 1)).toThrow(`at most ${most} hosts`);
    },
  );
});
