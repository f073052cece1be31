/** The client products told apart, by what they call themselves in `clientInfo.name` or `User-Agent`. */
export const CLIENT_FAMILIES = [
  'antigravity',
  'chatgpt',
  'claude-ai',
  'claude-code',
  'cline',
  'codex',
  'continue',
  'copilot',
  'cursor',
  'gemini-cli',
  'goose',
  'home-assistant',
  'jetbrains',
  'librechat',
  'lm-studio',
  'mcp-inspector',
  'mcp-remote',
  'n8n',
  'open-webui',
  'opencode',
  'roo-code',
  'vscode',
  'windsurf',
  'zed',
  'sdk-go',
  'sdk-java',
  'sdk-python',
  'sdk-typescript',
  'other',
] as const;

/** See {@link CLIENT_FAMILIES}. */
export type ClientFamily = (typeof CLIENT_FAMILIES)[number];

/**
 * Names as seen in the field (User-Agents and clientInfo names collected from public threads and from
 * apify/mcp-client-capabilities). The first match wins, so a product stands before the SDK it is built on.
 */
const PATTERNS: readonly (readonly [ClientFamily, RegExp])[] = [
  ['mcp-remote', /mcp-remote/],
  ['claude-code', /^claude-code/],
  ['claude-ai', /^(claude-ai|claude-user|anthropic\/claudeai)/],
  ['chatgpt', /^(openai-mcp|chatgpt)/],
  ['codex', /^codex/],
  ['cursor', /^cursor/],
  ['copilot', /copilot/],
  ['vscode', /^visual[ -]studio[ -]code/],
  ['gemini-cli', /^gemini-cli/],
  ['cline', /^cline/],
  ['roo-code', /^roo-code/],
  ['continue', /^continue(-cli)?-client/],
  ['windsurf', /^windsurf/],
  ['zed', /^zed\b/],
  ['goose', /^goose/],
  ['opencode', /^opencode/],
  ['antigravity', /^antigravity/],
  ['jetbrains', /^jetbrains/],
  ['librechat', /librechat/],
  ['lm-studio', /^lm-?studio/],
  ['mcp-inspector', /^(mcp-)?inspector/],
  ['n8n', /^@?n8n/],
  ['open-webui', /^open[- ]?webui/],
  ['home-assistant', /^(homeassistant|home assistant)/],
  ['sdk-python', /^(python-httpx|python\/|mcp-python|aiohttp)/],
  ['sdk-go', /^go-http-client/],
  ['sdk-java', /^java-http-client/],
  ['sdk-typescript', /^(node|undici)$/],
];

const NAME_LIMIT = 128;

/** Maps a client's own name, or its User-Agent, to the closed list; only the first 128 characters count. */
export function clientFamilyOf(name: string | undefined): ClientFamily {
  if (name === undefined || name === '') return 'other';
  const lower = name.slice(0, NAME_LIMIT).toLowerCase();
  for (const [family, pattern] of PATTERNS) if (pattern.test(lower)) return family;
  return 'other';
}
