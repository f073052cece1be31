import type { ClientFamily } from './client-family.ts';

/** Names that several products share, or that only name what a program is built on: a version of these tells nothing. */
const SHARED: ReadonlySet<ClientFamily> = new Set<ClientFamily>([
  'desktop-chat',
  'hosted-agent',
  'terminal-agent',
  'sdk-go',
  'sdk-java',
  'sdk-python',
  'sdk-typescript',
  'other',
]);

/** A number first, then what semantic versioning allows; 32 characters at most, and the rest is left. */
const VERSION = /^v?(\d[\w.+-]{0,31})/;

/** What follows the name of a product in a `User-Agent`, as in `cursor/1.6.2 (linux)`. */
const IN_AGENT = /^[^/]{1,64}\/v?(\d[\w.+-]{0,31})/;

/**
 * The version of a product, by `clientInfo.version` or, where that is not given, by the `User-Agent`. It comes from
 * the wire: at most 32 letters, digits and `.+-_`, and nothing when it does not begin like a version.
 */
export function clientVersionOf(
  family: ClientFamily,
  agent: string,
  version: string | undefined,
): string | undefined {
  if (SHARED.has(family)) return undefined;
  const told = version === undefined ? IN_AGENT.exec(agent) : VERSION.exec(version.trimStart());
  // Copied, for a slice would keep the whole of a request in memory.
  return told?.[1] === undefined ? undefined : Buffer.from(told[1]).toString();
}
