import { clientVersionOf } from './client-version.ts';

/**
 * The client products told apart, by what they call themselves in `clientInfo.name` or `User-Agent`. Each value costs
 * a series in every metric by client: products of few users share one with their like, the last three before the SDKs.
 */
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
  'kilo-code',
  'librechat',
  'lm-studio',
  'mcp-inspector',
  'n8n',
  'open-webui',
  'opencode',
  'postman',
  'q-developer',
  'roo-code',
  'vscode',
  'windsurf',
  'zed',
  'desktop-chat',
  'hosted-agent',
  'terminal-agent',
  'sdk-go',
  'sdk-java',
  'sdk-python',
  'sdk-typescript',
  'other',
] as const;

/** See {@link CLIENT_FAMILIES}. */
export type ClientFamily = (typeof CLIENT_FAMILIES)[number];

/** What may stand between a client and us, and speak in its place; `other` for one that is not on the list. */
export const GATEWAYS = [
  'none',
  'agentgateway',
  'context-forge',
  'docker-mcp-gateway',
  'envoy-ai-gateway',
  'litellm',
  'mcp-hangar',
  'mcp-proxy',
  'mcp-remote',
  'mcphub',
  'metamcp',
  'muster',
  'supergateway',
  'toolhive',
  'other',
] as const;

/** See {@link GATEWAYS}. */
export type Gateway = (typeof GATEWAYS)[number];

/** Who speaks: the product, and through which gateway. A gateway that hides its client leaves the product `other`. */
export interface Identity {
  readonly family: ClientFamily;
  readonly via: Gateway;
  /** See {@link clientVersionOf}. */
  readonly version?: string | undefined;
}

/**
 * Names as seen in the field (User-Agents and clientInfo names collected from public threads and from
 * apify/mcp-client-capabilities). The first match wins, so a product stands before the SDK it is built on.
 */
const FAMILIES: readonly (readonly [ClientFamily, RegExp])[] = [
  ['claude-code', /^claude-code/],
  ['claude-ai', /^(claude-ai|claude-user|anthropic\/)/],
  // ChatGPT and Codex share a User-Agent, and tell themselves apart in its comment.
  ['codex', /^(codex|openai-mcp\b.*\bcodex)/],
  ['chatgpt', /^(openai-mcp|chatgpt)/],
  ['cursor', /^cursor/],
  ['copilot', /copilot/],
  ['vscode', /^visual[ -]studio[ -]code/],
  ['gemini-cli', /^gemini-cli/],
  ['cline', /^cline\b/],
  ['roo-code', /^roo[ -]code/],
  ['kilo-code', /^kilo[ -]code/],
  ['continue', /^continue(-cli)?-client/],
  ['windsurf', /^windsurf/],
  ['zed', /^zed\b/],
  ['goose', /^goose/],
  ['opencode', /^opencode/],
  ['antigravity', /^antigravity/],
  ['q-developer', /^q-dev-cli/],
  ['librechat', /librechat/],
  ['lm-studio', /^lm-?studio/],
  ['n8n', /^@?n8n/],
  ['open-webui', /^open[- ]?webui/],
  ['postman', /^postman/],
  ['mcp-inspector', /^(mcp-)?inspector/],
  ['home-assistant', /^home ?assistant/],
  ['desktop-chat', /^(cherry[ -]studio|(com\.)?raycast|lobe(hub|-)|jan(-|\/|$))/],
  ['hosted-agent', /^(dust-mcp|glama|make-app|mistral)/],
  ['terminal-agent', /^(amp(-mcp-client)?(\/|$)|crush\b|factory-cli)/],
  // The last four are what programs say that give no name of their own: the defaults of SDKs and run times.
  ['sdk-python', /^(mcp$|python-httpx|python\/|mcp-python|aiohttp)/],
  ['sdk-go', /^go-http-client/],
  ['sdk-java', /^(java-http-client|java sdk mcp client)/],
  ['sdk-typescript', /^(node|undici)$/],
];

const GATEWAY_NAMES: readonly (readonly [Gateway, RegExp])[] = [
  ['mcp-remote', /\bmcp-remote/],
  ['litellm', /\blitellm/],
  ['toolhive', /\btoolhive/],
  ['mcp-proxy', /\bmcp-?proxy/],
  ['supergateway', /\bsupergateway/],
  ['context-forge', /\bcontext-?forge/],
  ['agentgateway', /\bagentgateway/],
  ['envoy-ai-gateway', /\benvoy[- ]?ai[- ]?gateway/],
  ['docker-mcp-gateway', /\bdocker[- ]mcp[- ]gateway/],
  ['mcphub', /\bmcphub/],
  ['metamcp', /\bmetamcp/],
  ['mcp-hangar', /\bmcp-hangar/],
  ['muster', /^muster\b/],
];

const NAME_LIMIT = 128;

const NOBODY: Identity = Object.freeze({ family: 'other', via: 'none' });

/**
 * Reads who speaks from a client's own name, or from its User-Agent; only the first 128 characters count. A gateway
 * may name itself behind its client, as in `claude-ai (via mcp-remote 0.1.37)`, or in its place. `version` is what a
 * client says of itself beside its name; a User-Agent holds it.
 */
export function identityOf(name: string | undefined, version?: string): Identity {
  if (name === undefined || name === '') return NOBODY;
  const lower = name.slice(0, NAME_LIMIT).trim().toLowerCase();
  const viaAt = lower.lastIndexOf('(via ');
  const [family, via] = [
    firstMatch(FAMILIES, lower) ?? 'other',
    firstMatch(GATEWAY_NAMES, viaAt === -1 ? lower : lower.slice(viaAt + '(via '.length)),
  ];
  return {
    family,
    via: via ?? (viaAt === -1 ? 'none' : 'other'),
    version: clientVersionOf(family, name, version),
  };
}

/** What a client's own name and its User-Agent tell together: the first counts where it tells anything. */
export function mergedIdentity(first: Identity, second: Identity): Identity {
  const product = first.family === 'other' ? second : first;
  return {
    family: product.family,
    via: first.via === 'none' ? second.via : first.via,
    // A User-Agent comes with every request, and is kept more truly.
    version: (first.family === second.family ? second.version : undefined) ?? product.version,
  };
}

function firstMatch<Name>(patterns: readonly (readonly [Name, RegExp])[], text: string): Name | undefined {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0];
}
