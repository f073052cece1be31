import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { clientList, type ClientEntry } from '../api/schemas.ts';
import { clientsOf } from '../api/traffic.ts';
import { answered, READ_ONLY, type McpSources } from './answered.ts';

/** The tool that says how each client product fares. */
export function registerListClients(server: McpServer, sources: McpSources): void {
  server.registerTool(
    'list_clients',
    {
      title: 'Which clients recover',
      description:
        'Lists the MCP client products that were seen at each server: their protocol revisions, and of the sessions that ' +
        'they lost how many they replaced.',
      inputSchema: z.strictObject({}),
      outputSchema: clientList,
      annotations: READ_ONLY,
    },
    () => answered(sources, () => ({ clients: clientsOf(sources.observer, sources.versions) }), textOf),
  );
}

function textOf({ clients }: z.infer<typeof clientList>): string {
  return clients.length === 0 ? 'No client has been seen yet.' : clients.map(lineOf).join('\n');
}

function lineOf(client: ClientEntry): string {
  const { family, target, vantage, sessionsCreated, revisions, recoveryRatio, openFaults } = client;
  const spoken = revisions.map(
    ({ protocolVersion, requests }) => `${protocolVersion} (${requests} requests)`,
  );
  const recovered =
    recoveryRatio === null
      ? 'lost none that it had to replace'
      : `replaced ${Math.round(recoveryRatio * 100)} % of those it lost`;
  return (
    `- ${family} at ${target}, seen from the ${vantage}: ${sessionsCreated} sessions, ${recovered}; ` +
    `${openFaults} open faults; speaks ${spoken.join(', ') || 'nothing known'}`
  );
}
