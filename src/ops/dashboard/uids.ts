/**
 * By these names alerts, links and bookmarks find a dashboard: they never change. They are also the names of the files.
 */
export const UIDS = {
  health: 'mcp-session-health',
  sessions: 'mcp-sessions-connections',
  storms: 'mcp-reconnect-storms',
  clients: 'mcp-clients',
  servers: 'mcp-servers-probes',
  migration: 'mcp-protocol-migration',
  exporter: 'mcp-exporter',
} as const;

/** Whatever carries this tag is offered at the top of every dashboard. */
export const TAG = 'mcp-session-exporter';
