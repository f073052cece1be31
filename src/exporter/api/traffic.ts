import type { ClientFamily, Era, ProtocolVersion, Vantage } from '../../exchange/index.ts';
import type { Observer } from '../../observer.ts';
import { CLIENTS_TURN, type RecoveryOutcome } from '../../session/index.ts';
import { metrics, type Metric, type Sample } from '../../signals/index.ts';
import type { History } from '../history.ts';
import { keyOf, type ClientVersions } from './client-versions.ts';
import { faultCaseOf, NEWEST_FIRST } from './faults.ts';
import { pageOf } from './page-of.ts';
import type { ClientEntry, EraEntry, StormList } from './schemas.ts';

/** What is told of the traffic as a whole is read from here. */
export type TrafficSource = Pick<Observer, 'cases' | 'counts'>;

/** Every client product at every target where it was seen, the one with most requests first. */
export function clientsOf(
  { cases, counts }: TrafficSource,
  versions: Pick<ClientVersions, 'seen'>,
): ClientEntry[] {
  const clients = new Map<string, ClientEntry>();
  const of = ({ labels }: Sample): ClientEntry =>
    entryOf(clients, labels.vantage as Vantage, labels.target ?? '', labels.client_name as ClientFamily);
  for (const sample of seen(counts, metrics.requests)) {
    const { era, protocol_version: version } = sample.labels;
    const requests = sample.value;
    of(sample).revisions.push({ era: era as Era, protocolVersion: version as ProtocolVersion, requests });
  }
  for (const sample of seen(counts, metrics.sessionsCreated)) of(sample).sessionsCreated += sample.value;
  for (const sample of seen(counts, metrics.clientsActive)) of(sample).activeClients += sample.value;
  for (const sample of seen(counts, metrics.recoveries))
    of(sample).recoveries[sample.labels.outcome as RecoveryOutcome] = sample.value;
  for (const { vantage, target, family } of cases.open())
    entryOf(clients, vantage, target, family).openFaults++;
  const seenOf = versions.seen();
  return [...clients.values()]
    .map((client) => ({
      ...client,
      recoveryRatio: recoveryRatioOf(client),
      versions: (seenOf.get(keyOf(client)) ?? []).map((version) => ({
        ...version,
        recoveryRatio: recoveryRatioOf(version),
      })),
    }))
    .toSorted((a, b) => requestsOf(b) - requestsOf(a));
}

function entryOf(
  clients: Map<string, ClientEntry>,
  vantage: Vantage,
  target: string,
  family: ClientFamily,
): ClientEntry {
  const key = keyOf({ vantage, target, family });
  const known = clients.get(key);
  if (known !== undefined) return known;
  const entry: ClientEntry = {
    vantage,
    target,
    family,
    activeClients: 0,
    sessionsCreated: 0,
    revisions: [],
    versions: [],
    recoveries: {},
    recoveryRatio: null,
    openFaults: 0,
  };
  clients.set(key, entry);
  return entry;
}

function requestsOf({ revisions }: Pick<ClientEntry, 'revisions'>): number {
  return revisions.reduce((sum, { requests }) => sum + requests, 0);
}

/** Of those lost sessions whose client had to begin anew, how many did. */
function recoveryRatioOf({ recoveries }: Pick<ClientEntry, 'recoveries'>): number | null {
  const settled = CLIENTS_TURN.reduce((sum, outcome) => sum + (recoveries[outcome] ?? 0), 0);
  return settled === 0 ? null : (recoveries.reinitialized ?? 0) / settled;
}

/** The revisions spoken at each target, and by whom; the most spoken first. */
export function erasOf({ counts }: Pick<TrafficSource, 'counts'>): EraEntry[] {
  const eras = new Map<string, EraEntry>();
  for (const { labels, value } of seen(counts, metrics.requests)) {
    const { vantage, target = '', era, protocol_version: protocolVersion } = labels;
    const key = `${vantage} ${target} ${era} ${protocolVersion}`;
    const entry = eras.get(key) ?? {
      vantage: vantage as Vantage,
      target,
      era: era as Era,
      protocolVersion: protocolVersion as ProtocolVersion,
      requests: 0,
      clients: [],
    };
    entry.requests += value;
    entry.clients.push(labels.client_name as ClientFamily);
    eras.set(key, entry);
  }
  return [...eras.values()].toSorted((a, b) => b.requests - a.requests);
}

/** The faults of clients that come again and again, and of servers that make them. */
const STORMS: ReadonlySet<string> = new Set([
  'auth-loop',
  'get-reopen-loop',
  'idle-poll',
  'reinit-storm',
  'session-per-call',
  'sse-flap',
]);

const STORMS_TOLD = 100;

/** Who storms now, and how many handshakes there were in the last quarter of an hour. */
export function stormsOf(
  { cases }: Pick<TrafficSource, 'cases'>,
  history: Pick<History, 'columns'>,
): StormList {
  const storms = [...cases.open()].filter(({ fault }) => STORMS.has(fault.id));
  const { items, total } = pageOf(storms, NEWEST_FIRST, { limit: STORMS_TOLD });
  const { at, handshakes, activeSessions } = history.columns();
  return {
    storms: items.map(faultCaseOf),
    total,
    history: { at: [...at], handshakes: [...handshakes], activeSessions: [...activeSessions] },
  };
}

function seen(counts: TrafficSource['counts'], metric: Metric): Sample[] {
  return counts.samples(metric).filter(({ value }) => value > 0);
}
