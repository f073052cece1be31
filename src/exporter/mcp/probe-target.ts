import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ERAS, HTTP_METHODS, MEANINGS, PROTOCOL_VERSIONS, RPC_METHODS } from '../../exchange/index.ts';
import { CHECK_IDS, CHECK_VERDICTS, PHASES, reportAsText, type ProbeReport } from '../probe/index.ts';
import { answered, READ_ONLY, type McpSources } from './answered.ts';

/** Most clients give a tool a minute. */
const TOTAL_MS = 45_000;

const question = z.strictObject({
  target: z.string().max(2048).describe('the URL of an MCP server that the operator allows to be probed'),
  module: z
    .string()
    .max(64)
    .optional()
    .describe('a way to probe, by the name that the operator gave it; `default` where none is named'),
});

const exchange = z.strictObject({
  httpMethod: z.enum(HTTP_METHODS),
  rpcMethod: z.enum(RPC_METHODS).optional(),
  idSent: z
    .enum(['none', 'its own', 'another of its own', 'unknown', 'malformed', 'ended'])
    .describe('which session id went with it'),
  status: z.int().describe('0 when there was no answer'),
  meaning: z.enum(MEANINGS),
  gaveId: z.boolean().describe('whether the answer gave a session id'),
  times: z.int().describe('how often it was sent and answered just so'),
  durationMs: z.number(),
});

const check = z.strictObject({
  id: z.enum(CHECK_IDS),
  title: z.string(),
  verdict: z.enum(CHECK_VERDICTS),
  words: z.string().describe('what was seen'),
  faults: z.array(z.string()).describe('the faults that clients of such a server will meet'),
  exchanges: z.array(exchange).describe('the requests that show it'),
  durationMs: z.number(),
});

const probeReport = z.strictObject({
  target: z.string(),
  outcome: z.enum(['passed', 'failed', 'unprobed']),
  reason: z.string().optional().describe('why no server could be spoken to'),
  eras: z.array(z.enum(ERAS)),
  protocolVersion: z.enum(PROTOCOL_VERSIONS),
  serverKind: z.enum(['stateful', 'stateless']).optional(),
  checks: z.array(check),
  startedAt: z.number().describe('ms since the epoch'),
  durationMs: z.number(),
  phases: z.record(z.enum(PHASES), z.number()),
  requests: z.int(),
});

/** The tool that asks a server whether it handles sessions right. */
export function registerProbeTarget(server: McpServer, sources: McpSources): void {
  server.registerTool(
    'probe_target',
    {
      title: 'Is this server right about sessions',
      description:
        'Walks the life of one session at an MCP server and says check by check whether the server handles it right. ' +
        'Takes some seconds, calls no tool there, and ends what it begins. Only servers that the operator allows are asked.',
      inputSchema: question,
      outputSchema: probeReport,
      annotations: { ...READ_ONLY, openWorldHint: true },
    },
    ({ target, module }) =>
      answered(
        sources,
        () => reportOf(sources, target, module),
        (report) => reportAsText(report, undefined, true),
      ),
  );
}

async function reportOf({ probing }: McpSources, target: string, module?: string): Promise<ProbeReport> {
  const probed = await probing.run(target, module, TOTAL_MS);
  if (probed.kind !== 'report') throw new RangeError(probed.words);
  return probed.report;
}
