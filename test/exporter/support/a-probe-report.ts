import { CHECKS, PHASES, type CheckId } from '../../../src/exporter/probe/checks.ts';
import type { ProbeReport } from '../../../src/exporter/probe/report.ts';
import { START } from './watched.ts';

/** The report of a server that failed some checks, and passed the others. */
export function aProbeReport(target: string, failed: readonly CheckId[] = []): ProbeReport {
  const checks = Object.entries(CHECKS).map(([id, { title }]) => ({
    id: id as CheckId,
    title,
    verdict: failed.includes(id as CheckId) ? ('failed' as const) : ('passed' as const),
    words: failed.includes(id as CheckId) ? 'It was answered 400.' : 'As it should be.',
    faults: failed.includes(id as CheckId) ? ['dead-session-wrong-status'] : [],
    exchanges: [],
    durationMs: 1,
  }));
  return {
    target,
    outcome: failed.length === 0 ? 'passed' : 'failed',
    reason: undefined,
    eras: ['sessionful'],
    protocolVersion: '2025-11-25',
    serverKind: 'stateful',
    checks,
    startedAt: START,
    durationMs: 100,
    phases: Object.fromEntries(PHASES.map((phase) => [phase, 1])) as ProbeReport['phases'],
    requests: 30,
  };
}
