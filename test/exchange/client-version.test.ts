import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, mergedIdentity } from '../../src/exchange/index.ts';

describe('the version of a client', () => {
  it.each([
    ['claude-code/2.1.128 (cli)', '2.1.128'],
    ['Visual Studio Code - Insiders/1.104', '1.104'],
    ['codex-mcp-client/0.150.0-alpha.8', '0.150.0-alpha.8'],
    ['HomeAssistant/2026.7.2 httpx/0.28.1 Python/3.14', '2026.7.2'],
    ['Claude-User', undefined],
    // What it is built on, or the revision of HTTP, is not the product.
    ['python-httpx/0.28', undefined],
    ['Go-http-client/1.1', undefined],
    // Several products share these names.
    ['Amp/1.2', undefined],
    ['my-own-agent/1.2', undefined],
    ['cursor/<script>alert(1)</script>', undefined],
  ])('with the User-Agent %s is %s', (agent, version) => {
    expect(identityOf(agent).version).toBe(version);
  });

  it.each([
    ['2.2.14', '2.2.14'],
    ['v1.0.0+build.7', '1.0.0+build.7'],
    [' 1.6', '1.6'],
    ['', undefined],
    ['nightly', undefined],
    ['<img src=x onerror=bad()>', undefined],
    ['1.6"><script>bad()</script>', '1.6'],
    [`1.${'9'.repeat(5000)}`, `1.${'9'.repeat(30)}`],
  ])('that says %j of itself is %j', (said, version) => {
    expect(identityOf('cursor-vscode', said).version).toBe(version);
  });

  it('is that of the product, and not of another that the same request names', () => {
    const agent = identityOf('cursor/1.6.46 (linux)');
    expect(mergedIdentity(identityOf('cursor-vscode', '1.0.0'), agent).version).toBe('1.6.46');
    expect(mergedIdentity(identityOf('Codex', '0.150.0'), identityOf('openai-mcp/1.0.0')).version).toBe(
      '0.150.0',
    );
    expect(mergedIdentity(identityOf('my own program', '7.0'), agent).version).toBe('1.6.46');
    expect(mergedIdentity(identityOf('goose', 'none'), agent).version).toBeUndefined();
  });

  it('is short, and holds nothing but what a version is made of, whatever is said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '1', 'v2.', '0.1-'), (text, start) => {
        expect(identityOf('goose', start + text).version ?? '0').toMatch(/^\d[\w.+-]{0,31}$/);
        expect(identityOf(`goose/${start}${text}`).version ?? '0').toMatch(/^\d[\w.+-]{0,31}$/);
      }),
    );
  });
});
