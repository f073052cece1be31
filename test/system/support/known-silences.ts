/**
 * The alerts that traffic of minutes cannot raise, and why; tests of promtool raise them. What stands neither here nor
 * among those that must arrive fails the test.
 */
export const NOT_WITHIN_MINUTES: Readonly<Record<string, string>> = {
  McpClientLatchedOff: 'looks back 35 min: clients must have been there before, and away for half an hour',
  McpServerSessionLeak: 'compares three spans of two hours',
  McpMemoryRunningOut: 'follows memory for hours, and must hold for half of one',
  McpSessionsOutgrowClients: 'must hold for an hour',
  McpSessionCapNear: 'must hold for an hour',
  McpMetricsAbsent: 'series are there for five minutes after the last scrape, and it waits for five more',
  McpTargetDown: 'waits for five minutes, so that no deploy raises it',
  McpProbeImpossible: 'all probes of a quarter of an hour must fail',
  McpProbeCheckFailed: 'all probes of a quarter of an hour must fail, and it waits for ten minutes',
  McpProbeStale: 'the last probe must lie an hour back',
  McpConnectionsRefused: 'needs more than ten thousand connections at once',
  McpObserverEvictions: 'needs more than ten thousand clients, or a hundred thousand sessions',
  McpObserverErrors: 'no traffic is known that makes the observer fail',
};

/** Queries that may be empty in a healthy system, as DASHBOARD/TITLE, and why. */
export const MAY_BE_EMPTY: Readonly<Record<string, string>> = {
  'mcp-exporter/Entries given up':
    'the stores have room for more than a demo, and nothing is drawn of nothing',
  'mcp-exporter/Errors, by stage': 'no traffic is known that makes the observer fail',
  'mcp-exporter/Requests of probes':
    'the probe asks the servers themselves, past the proxy that watches them',
  'mcp-protocol-migration/Sessions that another replica holds': 'every server of the demo is one process',
  'mcp-reconnect-storms/Against the same hour before':
    'compares with a day and a week ago, when nothing was watched yet',
  'mcp-reconnect-storms/Turned away':
    'no server of the demo sheds load, and the proxy has room for all clients',
};
