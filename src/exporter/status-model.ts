import type {
  ClientFamily,
  Gateway,
  HttpMethod,
  Meaning,
  Reference,
  RpcMethod,
  Vantage,
} from '../exchange/index.ts';
import type { Severity, Side } from '../faults/index.ts';
import type { CauseOfDeath, Phase } from '../session/index.ts';
import type { HistoryColumns } from './history.ts';

/** What the status page shows and `/api/v1/status` answers. Times are ms since the epoch, 0 means never. */
export interface Status {
  readonly version: string;
  /** When this was true. */
  readonly at: number;
  readonly startedAt: number;
  readonly targets: readonly string[];
  readonly state: 'healthy' | 'broken';
  /** The state in words. */
  readonly sentence: string;
  readonly totals: Totals;
  /** Of the servers whose idle limit shows in the deaths of their sessions. */
  readonly idleLimits: readonly IdleLimit[];
  /** Most urgent first. */
  readonly faults: readonly FaultGroup[];
  readonly faultsNotShown: number;
  /** Latest first. */
  readonly endedFaults: readonly EndedFault[];
  /** Most telling first. */
  readonly sessions: readonly SessionRow[];
  readonly sessionsNotShown: number;
  readonly history: HistoryColumns;
}

/** The whole in numbers. */
export interface Totals {
  /** Exchanges taken in since the start: 0 says that no traffic was seen. */
  readonly exchanges: number;
  readonly activeSessions: number;
  readonly openStreams: number;
  readonly affectedSessions: number;
  readonly affectedClients: number;
}

/** After how long a rest a server seems to end sessions. */
export interface IdleLimit {
  readonly vantage: Vantage;
  readonly target: string;
  readonly limitMs: number;
}

/** The open cases of one fault at one target with one client family. */
export interface FaultGroup {
  /** Tells this group from others, for as long as it lasts. */
  readonly id: string;
  readonly fault: string;
  readonly title: string;
  readonly side: Side;
  readonly severity: Severity;
  readonly vantage: Vantage;
  readonly target: string;
  readonly family: ClientFamily;
  /** What stands between the client and us, of the case that is shown. */
  readonly via: Gateway;
  /** Why the session of the case that is shown was lost; null when it was not. */
  readonly cause: CauseOfDeath | null;
  readonly since: number;
  readonly lastSeenAt: number;
  /** How many are at fault now. */
  readonly cases: number;
  readonly affectedSessions: number;
  readonly affectedClients: number;
  /** A full sentence about the case that is shown, whose evidence follows. */
  readonly because: string;
  readonly rule: { readonly text: string; readonly source: string };
  readonly remedy: { readonly server: string; readonly client: string };
  readonly runbook: string;
  readonly evidence: readonly EvidenceStep[];
  /** Whether exchanges in between may be missing from the evidence. */
  readonly evidenceAbridged: boolean;
}

/** One exchange of the wire evidence. */
export interface EvidenceStep {
  readonly at: number;
  readonly durationMs: number;
  readonly httpMethod: HttpMethod;
  readonly rpcMethod: RpcMethod | null;
  readonly sent: Reference | null;
  readonly given: Reference | null;
  readonly status: number;
  readonly meaning: Meaning;
  /** Whether this exchange breaks the fault's rule. */
  readonly breaksRule: boolean;
}

/** Cases that ended, of one fault at one target with one client family. */
export interface EndedFault {
  readonly id: string;
  readonly fault: string;
  readonly title: string;
  readonly side: Side;
  readonly target: string;
  readonly family: ClientFamily;
  readonly since: number;
  readonly endedAt: number;
  readonly cases: number;
}

/** One session. */
export interface SessionRow {
  readonly ref: Reference;
  readonly target: string;
  readonly family: ClientFamily;
  readonly via: Gateway;
  readonly phase: Phase;
  /** Why it was lost; null when it was not. */
  readonly cause: CauseOfDeath | null;
  /** Whether a fault is open on it. */
  readonly atFault: boolean;
  /** 0 when it was begun before or beside our watch. */
  readonly bornAt: number;
  readonly lastSeenAt: number;
  readonly requests: number;
}
