import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT_FAMILIES, GATEWAYS, identityOf, mergedIdentity } from '../../src/exchange/index.ts';

/** User-Agents as observed on the wire (failure modes, section 6). */
const AGENTS: readonly (readonly [agent: string, family: string])[] = [
  ['claude-code/2.1.128 (cli)', 'claude-code'],
  ['claude-code/2.1.263 (claude-vscode, agent-sdk/0.3.267)', 'claude-code'],
  ['Claude-User', 'claude-ai'],
  ['openai-mcp/1.0.0', 'chatgpt'],
  ['openai-mcp/1.0.0 (Codex)', 'codex'],
  ['codex-mcp-client/0.150.0-alpha.8', 'codex'],
  ['Visual Studio Code/1.104.0', 'vscode'],
  ['Visual Studio Code - Insiders/1.104', 'vscode'],
  ['HomeAssistant/2026.7.2 httpx/0.28.1 Python/3.14', 'home-assistant'],
  ['node', 'sdk-typescript'],
  ['python-httpx/0.28', 'sdk-python'],
  ['Go-http-client/1.1', 'sdk-go'],
  ['Java-http-client/21.0.4', 'sdk-java'],
];

/** `clientInfo.name` as collected by apify/mcp-client-capabilities and in public threads. */
const NAMES: readonly (readonly [name: string, family: string])[] = [
  ['claude-ai', 'claude-ai'],
  ['Anthropic/ClaudeAI', 'claude-ai'],
  ['claude-code', 'claude-code'],
  ['ChatGPT', 'chatgpt'],
  ['openai-mcp', 'chatgpt'],
  ['cursor-vscode', 'cursor'],
  ['Visual Studio Code', 'vscode'],
  ['Visual-Studio-Code', 'vscode'],
  ['codex-mcp-client', 'codex'],
  ['Codex', 'codex'],
  ['gemini-cli-mcp-client', 'gemini-cli'],
  ['Cline', 'cline'],
  ['Roo-Code', 'roo-code'],
  ['Kilo-Code', 'kilo-code'],
  ['continue-client', 'continue'],
  ['continue-cli-client', 'continue'],
  ['Windsurf', 'windsurf'],
  ['windsurf-client', 'windsurf'],
  ['Zed', 'zed'],
  ['goose', 'goose'],
  ['opencode', 'opencode'],
  ['crush', 'terminal-agent'],
  ['amp-mcp-client', 'terminal-agent'],
  ['factory-cli', 'terminal-agent'],
  ['github-copilot-developer', 'copilot'],
  ['JetBrains-IU-copilot-intellij', 'copilot'],
  ['Xcode-copilot-xcode', 'copilot'],
  ['antigravity-client', 'antigravity'],
  ['Q-DEV-CLI', 'q-developer'],
  ['@librechat/api-client', 'librechat'],
  ['librechat-mcp-client', 'librechat'],
  ['@n8n/n8n-nodes-langchain.mcpClientTool', 'n8n'],
  ['Cherry Studio', 'desktop-chat'],
  ['lobehub-mcp-client', 'desktop-chat'],
  ['dust-mcp-client', 'hosted-agent'],
  ['Jan-Streamable-Client', 'desktop-chat'],
  ['Postman-Client', 'postman'],
  ['mcp-inspector', 'mcp-inspector'],
  ['com.raycast.macos', 'desktop-chat'],
  ['Raycast', 'desktop-chat'],
  ['Mistral', 'hosted-agent'],
  ['Glama', 'hosted-agent'],
  ['make-app-mcp-client', 'hosted-agent'],
  // The name the Python SDK gives a program that has none.
  ['mcp', 'sdk-python'],
];

describe('a client', () => {
  it.each(AGENTS)('with the User-Agent %s is %s', (agent, family) => {
    expect(identityOf(agent)).toMatchObject({ family, via: 'none' });
  });

  it.each(NAMES)('that calls itself %s is %s', (name, family) => {
    expect(identityOf(name)).toMatchObject({ family, via: 'none' });
  });

  it.each([
    ['zedtown', 'zed begins another word'],
    ['january', 'jan begins another word'],
    ['nodejs-bot/1.0', 'node begins another word'],
    ['ampersand', 'amp begins another word'],
    ['my-claude-code-wrapper', 'a product stands inside another name'],
    ['mcp-test-client', 'mcp begins another name'],
    ['<script>alert(1)</script>', 'it is no name'],
    ['', 'there is none'],
  ])('%s is other, and nothing stands between: %s', (name) => {
    expect(identityOf(name)).toMatchObject({ family: 'other', via: 'none' });
  });

  it('is always told by a value of the closed lists, whatever it says', () => {
    const word = fc.constantFrom('(via ', 'mcp-remote', 'claude-ai', ')', 'node', ' ', 'litellm/1');
    const name = fc.array(fc.oneof(word, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, (text) => {
        const { family, via } = identityOf(text);
        expect(CLIENT_FAMILIES).toContain(family);
        expect(GATEWAYS).toContain(via);
      }),
    );
  });

  it('is read from the first 128 characters of its name', () => {
    expect(identityOf(`${'x'.repeat(128)}copilot`).family).toBe('other');
    expect(identityOf(`${'x'.repeat(121)}copilot`).family).toBe('copilot');
  });
});

describe('a gateway', () => {
  it.each([
    ['claude-ai (via mcp-remote 0.1.37)', 'claude-ai', 'mcp-remote'],
    ['cursor-vscode (via mcp-remote 0.1.45)', 'cursor', 'mcp-remote'],
    ['my own program (via mcp-remote 0.1.45)', 'other', 'mcp-remote'],
    ['claude-ai (via mcp-remote 0.1.37) (via toolhive-vmcp)', 'claude-ai', 'toolhive'],
    ['Zed (via somebody else)', 'zed', 'other'],
    ['litellm-mcp-client', 'other', 'litellm'],
    ['LiteLLM/1.77.3', 'other', 'litellm'],
    ['toolhive-vmcp', 'other', 'toolhive'],
    ['mcp-proxy', 'other', 'mcp-proxy'],
    ['supergateway', 'other', 'supergateway'],
    ['mcp-hangar', 'other', 'mcp-hangar'],
  ])('%s: %s, via %s', (name, family, via) => {
    expect(identityOf(name)).toMatchObject({ family, via });
  });

  it('and its client are kept apart when two headers tell one each', () => {
    const said = identityOf('goose');
    const agent = identityOf('litellm/1.77');
    expect(mergedIdentity(said, agent)).toMatchObject({ family: 'goose', via: 'litellm' });
    expect(mergedIdentity(agent, said)).toMatchObject({ family: 'goose', via: 'litellm' });
    expect(mergedIdentity(said, identityOf('node')).family).toBe('goose');
  });
});
