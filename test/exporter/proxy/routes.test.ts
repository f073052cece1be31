import { describe, expect, it } from 'vitest';
import { createRoutes } from '../../../src/exporter/proxy/routes.ts';
import type { Upstream } from '../../../src/exporter/proxy/index.ts';

const at = (url: string): readonly URL[] => [new URL(url)];
const GITHUB: Upstream = { name: 'github', path: '/github', addresses: at('http://127.0.0.1:2/mcp') };

const route = createRoutes([
  { name: 'default', addresses: at('http://127.0.0.1:1/mcp') },
  GITHUB,
  { name: 'hub', path: '/hub', addresses: at('http://127.0.0.1:3') },
  { name: 'host', host: 'mcp.example.com', addresses: at('http://127.0.0.1:4/mcp') },
]);

const goesTo = (path: string, host = 'localhost:8080'): string | undefined => {
  const found = route(path, host);
  return found && `${found.upstream.name} ${found.path}${found.isEndpoint ? ' endpoint' : ''}`;
};

describe('a request goes', () => {
  it.each([
    ['/mcp', 'default /mcp endpoint'],
    ['/mcp?a=b', 'default /mcp?a=b endpoint'],
    ['/.well-known/oauth-protected-resource', 'default /.well-known/oauth-protected-resource'],
    ['/github/mcp', 'github /mcp endpoint'],
    ['/github', 'github /mcp endpoint'],
    ['/github?x', 'github /mcp?x endpoint'],
    ['/github/', 'github /'],
    ['/githubs/mcp', 'default /githubs/mcp'],
    ['/hub', 'hub /'],
    ['/hub/mcp', 'hub /mcp'],
  ])('%s to %s', (path, to) => {
    expect(goesTo(path)).toBe(to);
  });

  it('by its host first, whatever its port and case', () => {
    expect(goesTo('/github/mcp', 'MCP.example.com:443')).toBe('host /github/mcp');
    expect(goesTo('/mcp', 'mcp.example.com')).toBe('host /mcp endpoint');
  });

  it('nowhere when nothing is served for it', () => {
    const only = createRoutes([GITHUB]);
    expect(only('/mcp', 'localhost')).toBeUndefined();
    expect(only('/githubs', 'localhost')).toBeUndefined();
  });
});
