import { describe, expect, it } from 'vitest';
import { optionsFromEnvironment } from '../../src/exporter/options.ts';

describe('the options from the environment', () => {
  it('are all left to their defaults when nothing, or nothing but blanks, is set', () => {
    for (const environment of [{}, { MCP_SESSION_EXPORTER_PORT: ' ', MCP_SESSION_EXPORTER_PATHS: '' }]) {
      expect(
        Object.values(optionsFromEnvironment(environment)).filter((value) => value !== undefined),
      ).toEqual([]);
    }
  });

  it('are read', () => {
    expect(
      optionsFromEnvironment({
        MCP_SESSION_EXPORTER_HOST: '0.0.0.0',
        MCP_SESSION_EXPORTER_PORT: '0',
        MCP_SESSION_EXPORTER_ALLOWED_HOSTS: 'metrics.internal',
        MCP_SESSION_EXPORTER_KEY: 'shared by all replicas',
        MCP_SESSION_EXPORTER_TARGET: 'shop-eu/1',
        MCP_SESSION_EXPORTER_PATHS: '/mcp, /v2/mcp,',
        MCP_SESSION_EXPORTER_RECORD: 'traffic.jsonl',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      allowedHosts: ['metrics.internal'],
      key: 'shared by all replicas',
      target: 'shop-eu/1',
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
});
