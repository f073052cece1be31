import { defineRuledFault } from './fault.ts';
import { SESSIONFUL } from './rules.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** FM-27: sessions end, and their memory stays. */
export const serverSessionLeak = defineRuledFault({
  id: 'server-session-leak',
  side: 'server',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: ['server'],
  title: 'Memory of ended sessions is not freed',
  signature:
    'in each of three spans of 2 h in a row 50 sessions or more begin and memory grows by 16 MiB or more, between 7 KiB and 1 MiB for each of them, though at least half of them have ended',
  summary: 'processes kept the memory of sessions that had ended',
  rule: {
    text: 'A session ends with the DELETE of its client, or when the server ends it; nothing needs to be kept of it but that its id is dead.',
    source: 'MCP 2025-11-25, basic/transports, Session Management, clauses 3 and 5',
  },
  remedy: {
    server:
      'Close the transport and drop the session from the map on DELETE, on close and after a while without use. Upgrade the Python SDK to 1.30.0 or 2.2.0 (CVE-2026-59951).',
    client: 'Nothing is wrong with it. To spare the server: one session for many calls, ended with DELETE.',
  },
  evidence: [
    'python-sdk#3300',
    'python-sdk#3395',
    'mcp-use#1623',
    'executor#1684',
    'n8n-mcp#471',
    'java-sdk#471',
  ],
  thresholds: {
    spanMs: {
      value: 7_200_000,
      unit: 'ms',
      reason: 'three of them make six hours: a cache that warms up, or a heap that settles, is done before',
    },
    sessions: {
      value: 50,
      unit: 'count',
      reason: 'by fewer sessions memory cannot be divided: one large answer would decide',
    },
    growthBytes: {
      value: 16 * MIB,
      unit: 'bytes',
      reason: 'a heap moves by some MiB by itself; this much in each span makes 192 MiB a day',
    },
    leastBytes: {
      value: 7 * KIB,
      unit: 'bytes',
      reason: 'the smallest leak that was measured is 9 KB a session (python-sdk#3300)',
    },
    mostBytes: {
      value: MIB,
      unit: 'bytes',
      reason: 'the largest is 709 KiB a session (executor#1684): what takes more leaks something else',
    },
    endedShare: {
      value: 0.5,
      unit: 'ratio',
      reason: 'sessions that live may hold memory; if most do, it is their clients that do not end them',
    },
  },
  alert: {
    severity: 'warning',
    value: 'KiB kept for each session, to the nearest eight',
    reason: 'hours of growth were seen already, and memory lasts for hours more: for working hours',
  },
});
