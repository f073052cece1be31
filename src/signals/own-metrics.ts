import { row } from './metric.ts';

/** What the program tells of itself. */
export const ownMetrics = {
  observerExchanges: row('counter', 'mcp.observer.exchanges', '{exchange}', 'Exchanges taken in.', [
    'vantage',
  ]),
  observerProbeRequests: row(
    'counter',
    'mcp.observer.probe_requests',
    '{request}',
    'Requests that named themselves as those of our probe, and are counted nowhere else.',
    ['vantage', 'target'],
  ),
  observerErrors: row(
    'counter',
    'mcp.observer.errors',
    '{error}',
    'Errors of the observer itself; the watched program went on.',
    ['stage'],
  ),
  observerEvictions: row(
    'counter',
    'mcp.observer.evictions',
    '{entry}',
    'Entries given up because a store was full.',
    ['store'],
  ),
  observerEntries: row(
    'upDownCounter',
    'mcp.observer.entries',
    '{entry}',
    'Entries in the stores of the observer.',
    ['store'],
  ),
  processMemory: row(
    'upDownCounter',
    'mcp.process.memory',
    'By',
    'Resident memory of the process that is watched from within, or that the watch runs in.',
    [],
  ),
  exporterInfo: row('gauge', 'mcp.session_exporter.info', '', 'Always 1; the version is a label.', [
    'version',
  ]),
  configReloadSuccessful: row(
    'gauge',
    'mcp.session_exporter.config.last_reload_successful',
    '',
    'Whether the settings were allowed when they were last read: 1, or 0 and those before stay in force.',
    [],
    { vantages: ['proxy'] },
  ),
  configReloadTime: row(
    'gauge',
    'mcp.session_exporter.config.last_reload_success_timestamp',
    's',
    'When the settings in force were read, in seconds since the epoch.',
    [],
    { vantages: ['proxy'] },
  ),
} as const;
