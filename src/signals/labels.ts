import {
  CLIENT_FAMILIES,
  ENDINGS,
  ERAS,
  HTTP_METHODS,
  MEANINGS,
  PROTOCOL_VERSIONS,
  STAGES,
  STREAM_KINDS,
  VANTAGES,
  type ClientFamily,
  type Ending,
  type Era,
  type HttpMethod,
  type Meaning,
  type ProtocolVersion,
  type Stage,
  type StreamKind,
  type Vantage,
} from '../exchange/index.ts';
import { catalogue, SIDES, type Side } from '../faults/index.ts';
import { CAUSES_OF_DEATH, type CauseOfDeath } from '../session/index.ts';

/** How a session ended, as seen from here. */
export const END_REASONS = ['client-delete', 'lost', 'idle', 'evicted'] as const;

/** See {@link END_REASONS}. */
export type EndReason = (typeof END_REASONS)[number];

/** What became of a client whose session was lost. */
export const RECOVERY_OUTCOMES = ['reinitialized', 'reused-dead-id', 'headerless', 'gave-up'] as const;

/** See {@link RECOVERY_OUTCOMES}. */
export type RecoveryOutcome = (typeof RECOVERY_OUTCOMES)[number];

/** The bounded stores whose size and evictions are told. */
export const STORES = ['sessions', 'clients', 'cases'] as const;

/** See {@link STORES}. */
export type Store = (typeof STORES)[number];

/** The statuses told apart; any other is `other`, and no head at all is `none`. */
// prettier-ignore
export const STATUSES = [
  '200', '202', '204', '400', '401', '403', '404', '405', '406', '408', '409', '410', '413', '415', '422', '429',
  '500', '501', '502', '503', '504', 'none', 'other',
] as const;

const STATUS_SET: ReadonlySet<string> = new Set(STATUSES);

/** The label value of a status; 0 is `none`. */
export function statusLabelOf(status: number): string {
  if (status === 0) return 'none';
  const label = String(status);
  return STATUS_SET.has(label) ? label : 'other';
}

/** The type of each label's values. `target` is open in type and closed by the observer's list of targets. */
export interface LabelValues {
  readonly vantage: Vantage;
  readonly target: string;
  readonly client_name: ClientFamily;
  readonly protocol_version: ProtocolVersion;
  readonly mcp_protocol_version: ProtocolVersion;
  readonly era: Era;
  readonly reason: EndReason;
  readonly cause: CauseOfDeath;
  readonly http_request_method: HttpMethod;
  readonly http_response_status_code: string;
  readonly meaning: Meaning;
  readonly outcome: RecoveryOutcome;
  readonly kind: StreamKind;
  readonly close_reason: Ending;
  readonly fault: string;
  readonly side: Side;
  readonly stage: Stage;
  readonly store: Store;
  readonly version: string;
}

/** A label of a metric. */
export type LabelName = keyof LabelValues;

/** The labels whose values are only known when an observer is made. */
export type OpenLabel = 'vantage' | 'target' | 'version';

/** Every other label's closed list of values. */
export const CLOSED_LABELS: { readonly [Name in Exclude<LabelName, OpenLabel>]: readonly string[] } = {
  client_name: CLIENT_FAMILIES,
  protocol_version: PROTOCOL_VERSIONS,
  mcp_protocol_version: PROTOCOL_VERSIONS,
  era: ERAS,
  reason: END_REASONS,
  cause: CAUSES_OF_DEATH,
  http_request_method: HTTP_METHODS,
  http_response_status_code: STATUSES,
  meaning: MEANINGS,
  outcome: RECOVERY_OUTCOMES,
  kind: STREAM_KINDS,
  close_reason: ENDINGS,
  fault: catalogue.map((fault) => fault.id),
  side: SIDES,
  stage: STAGES,
  store: STORES,
};

/** All vantages there are; an observer names those it has. */
export const ALL_VANTAGES = VANTAGES;

const SIDE_OF = new Map(catalogue.map((fault) => [fault.id, fault.side]));

/** Whether a combination can occur: a fault has one side, and the sessionless era one revision. */
export function canOccur(labels: Partial<Record<LabelName, string>>): boolean {
  const { fault, side, era, protocol_version: version } = labels;
  if (fault !== undefined && side !== undefined && SIDE_OF.get(fault) !== side) return false;
  if (era === undefined || version === undefined || version === 'none' || version === 'other') return true;
  return (era === 'sessionless') === version >= '2026-07-28';
}
