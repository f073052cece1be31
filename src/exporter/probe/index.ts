export { CHECK_IDS, CHECKS, eraOfCheck, PHASES, type CheckId, type Phase } from './checks.ts';
export { PROBE_AGENT } from './messages.ts';
export { checkedUrl, headersIn, type ProbeOptions } from './options.ts';
export { probe } from './probe.ts';
export {
  CHECK_VERDICTS,
  type Check,
  type CheckVerdict,
  type IdSent,
  type Outcome,
  type ProbeExchange,
  type ProbeReport,
} from './report.ts';
export { reportAsJUnit } from './report-junit.ts';
export { exchangeLine, reportAsText } from './report-text.ts';
export { probeMetrics, PROBE_LABELS, type ProbeMetric } from './probe-metrics.ts';
export { createProbes, type Probed, type ProbeModule, type Probes, type ProbeSettings } from './probes.ts';
export { createSchedule } from './schedule.ts';
