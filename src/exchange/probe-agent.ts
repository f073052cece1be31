/** What the probe of this project calls itself, in `clientInfo` and, with its version behind it, in its `User-Agent`. */
export const PROBE_NAME = 'mcp-session-exporter-probe';

/** Whether a `User-Agent` is that of the probe. Anybody can claim to be it (docs/decisions/0025). */
export function isProbeAgent(agent: string): boolean {
  return agent.startsWith(PROBE_NAME);
}
