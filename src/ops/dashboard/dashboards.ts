import { CLIENTS } from './clients.ts';
import { EXPORTER } from './exporter.ts';
import type { Page } from './page.ts';
import { PROTOCOL_MIGRATION } from './protocol-migration.ts';
import { RECONNECT_STORMS } from './reconnect-storms.ts';
import { SERVERS_AND_PROBES } from './servers-and-probes.ts';
import { SESSION_HEALTH } from './session-health.ts';
import { SESSIONS_AND_CONNECTIONS } from './sessions-and-connections.ts';

/** Every dashboard, in the order in which one looks at them. */
export const DASHBOARDS: readonly Page[] = [
  SESSION_HEALTH,
  SESSIONS_AND_CONNECTIONS,
  RECONNECT_STORMS,
  CLIENTS,
  SERVERS_AND_PROBES,
  PROTOCOL_MIGRATION,
  EXPORTER,
];
