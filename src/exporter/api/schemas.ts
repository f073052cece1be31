import { z } from 'zod';
import {
  CLIENT_FAMILIES,
  ERAS,
  GATEWAYS,
  HTTP_METHODS,
  MEANINGS,
  PROTOCOL_VERSIONS,
  RPC_METHODS,
  TRANSPORTS,
  VANTAGES,
} from '../../exchange/index.ts';
import { SEVERITIES, SIDES } from '../../faults/index.ts';
import { CAUSES_OF_DEATH, RECOVERY_OUTCOMES } from '../../session/index.ts';
import { CHECK_VERDICTS } from '../probe/report.ts';

/*
 * The one place where the answers of the API have a shape: their types, the schemas in the OpenAPI document and, in
 * queries.ts, the check of what is asked come from it.
 */

/** The shapes that have a name in the document. */
export const shapes = z.registry<{ id: string }>();

const time = z.number().min(0).describe('ms since the epoch; 0 means never');
const count = z.int().min(0);
const reference = z
  .string()
  .describe('stands for a session id, a client or a credential; never the thing itself');
const family = z.enum(CLIENT_FAMILIES).describe('the client product');
const target = z.string().describe('the server, as configured');
const version = z
  .string()
  .max(32)
  .regex(/^[\w.+-]+$/)
  .describe('what the client calls its version');
const vantage = z.enum(VANTAGES).describe('from where it was seen');

/** One exchange, as evidence and in timelines. */
export const step = z
  .strictObject({
    at: time,
    durationMs: z.number().min(0),
    httpMethod: z.enum(HTTP_METHODS),
    rpcMethod: z.enum(RPC_METHODS).nullable(),
    sent: reference.nullable(),
    given: reference.nullable(),
    status: z.int().describe('0 when no answer was seen'),
    meaning: z.enum(MEANINGS).describe('what the answer means for the session, whatever its status'),
    breaksRule: z.boolean().describe('whether it breaks the rule of the fault'),
  })
  .register(shapes, { id: 'Step' });

const caseFacts = {
  id: z.string().describe('tells this case from all others, for as long as the process lives'),
  fault: z.string().describe('the id of the fault in the catalogue'),
  title: z.string(),
  side: z.enum(SIDES).describe('who has to act'),
  severity: z.enum(SEVERITIES),
  kind: z
    .enum(['session', 'client', 'cohort'])
    .describe('who is at fault or hit; a cohort is all clients of a product'),
  ref: z.string().describe('which session, client or cohort'),
  vantage,
  target,
  family,
  state: z.enum(['open', 'ended']),
  since: time.describe('when it began'),
  foundAt: time,
  lastSeenAt: time,
  endedAt: time.describe('0 while it is open'),
  because: z.string(),
};

/** One case of a fault, in lists. */
export const faultCase = z.strictObject(caseFacts).register(shapes, { id: 'Fault' });

/** See {@link faultCase}. */
export type FaultCase = z.infer<typeof faultCase>;

/** One case of a fault with all that is known of it. */
export const faultDetail = z
  .strictObject({
    ...caseFacts,
    signature: z.string().describe('what such a fault looks like on the wire'),
    via: z.enum(GATEWAYS).describe('what stands between the client and us'),
    cause: z.enum(CAUSES_OF_DEATH).nullable().describe('why the session was lost; null when it was not'),
    rule: z.strictObject({ text: z.string(), source: z.string() }),
    remedy: z.strictObject({ server: z.string(), client: z.string() }),
    runbook: z.string(),
    evidence: z.array(step).describe('the exchanges that prove it'),
    evidenceAbridged: z.boolean().describe('whether exchanges in between may be missing'),
    sessions: z.array(reference).describe('the sessions concerned that are still known'),
    recordedExchanges: count.describe('how many exchanges its recording would hold'),
    recordingAbridged: z
      .boolean()
      .describe(
        'whether exchanges in between are missing there: what takes them all is not found in its replay',
      ),
  })
  .register(shapes, { id: 'FaultDetail' });

/** See {@link faultDetail}. */
export type FaultDetail = z.infer<typeof faultDetail>;

const sessionFacts = {
  ref: reference,
  vantage,
  target,
  family,
  via: z.enum(GATEWAYS),
  protocolVersion: z.enum(PROTOCOL_VERSIONS),
  transport: z.enum(TRANSPORTS),
  phase: z.enum(['live', 'ended', 'dead']),
  cause: z.enum(CAUSES_OF_DEATH).nullable().describe('why it was lost; null when it was not'),
  atFault: z.boolean().describe('whether a fault is open on it'),
  bornAt: time.describe('0 when it was begun before or beside our watch'),
  lastSeenAt: time,
  requests: count,
  openStreams: count,
};

/** One session, in lists. */
export const sessionEntry = z.strictObject(sessionFacts).register(shapes, { id: 'Session' });

/** See {@link sessionEntry}. */
export type SessionEntry = z.infer<typeof sessionEntry>;

/** One session with its timeline. */
export const sessionDetail = z
  .strictObject({
    ...sessionFacts,
    client: reference,
    clientVersion: version.nullable(),
    initialized: z.boolean(),
    lastOkAt: time,
    diedAt: time,
    successor: reference.nullable().describe('the session by which its client replaced it'),
    faults: z.array(faultCase).describe('open and ended ones of this session'),
    timeline: z.array(step),
    timelineAbridged: z.boolean().describe('whether the beginning, or exchanges in between, are missing'),
  })
  .register(shapes, { id: 'SessionDetail' });

/** See {@link sessionDetail}. */
export type SessionDetail = z.infer<typeof sessionDetail>;

const choices = z.array(z.string()).describe('what there is to choose from');

/** A page of faults. */
export const faultPage = z
  .strictObject({
    faults: z.array(faultCase),
    total: count,
    next: z.string().nullable().describe('the cursor of the next page; null on the last'),
    choices: z.strictObject({
      faults: z.array(z.strictObject({ id: z.string(), title: z.string() })),
      targets: choices,
      clients: choices,
      vantages: choices,
    }),
  })
  .register(shapes, { id: 'FaultPage' });

/** See {@link faultPage}. */
export type FaultPage = z.infer<typeof faultPage>;

/** A page of sessions. */
export const sessionPage = z
  .strictObject({
    sessions: z.array(sessionEntry),
    total: count,
    next: z.string().nullable().describe('the cursor of the next page; null on the last'),
    choices: z.strictObject({ targets: choices, clients: choices, vantages: choices }),
  })
  .register(shapes, { id: 'SessionPage' });

/** See {@link sessionPage}. */
export type SessionPage = z.infer<typeof sessionPage>;

const revision = z.strictObject({
  era: z.enum(ERAS),
  protocolVersion: z.enum(PROTOCOL_VERSIONS),
  requests: count,
});

const recoveryFacts = {
  recoveries: z
    .partialRecord(z.enum(RECOVERY_OUTCOMES), count)
    .describe('lost sessions, by what became of them'),
  recoveryRatio: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('of the lost sessions whose client had to begin anew, the share that did; null when none was'),
};

/** How one client product fares at one target. */
export const clientEntry = z
  .strictObject({
    vantage,
    target,
    family,
    activeClients: count,
    sessionsCreated: count,
    revisions: z.array(revision).describe('the protocol revisions it spoke, by requests'),
    versions: z
      .array(z.strictObject({ version, clients: count, ...recoveryFacts }))
      .describe('the versions of the product seen lately, as far as clients name them'),
    ...recoveryFacts,
    openFaults: count,
  })
  .register(shapes, { id: 'Client' });

/** See {@link clientEntry}. */
export type ClientEntry = z.infer<typeof clientEntry>;

/** The client products, the busiest first. */
export const clientList = z
  .strictObject({ clients: z.array(clientEntry) })
  .register(shapes, { id: 'ClientList' });

/** One revision at one target. */
export const eraEntry = z
  .strictObject({ vantage, target, ...revision.shape, clients: z.array(family) })
  .register(shapes, { id: 'Era' });

/** See {@link eraEntry}. */
export type EraEntry = z.infer<typeof eraEntry>;

/** The revisions that are spoken. */
export const eraList = z.strictObject({ eras: z.array(eraEntry) }).register(shapes, { id: 'EraList' });

/** Clients that come again and again, and how many handshakes there were. */
export const stormList = z
  .strictObject({
    storms: z.array(faultCase).describe('open cases, the latest first, at most 100'),
    total: count,
    history: z.strictObject({
      at: z.array(time),
      handshakes: z.array(z.number()).describe('a second, since the reading before'),
      activeSessions: z.array(z.number()),
    }),
  })
  .register(shapes, { id: 'StormList' });

/** See {@link stormList}. */
export type StormList = z.infer<typeof stormList>;

/** What the latest probe of each target found, by each module. */
export const probeMatrix = z
  .strictObject({
    checks: z.array(z.strictObject({ id: z.string(), title: z.string() })).describe('the columns, in order'),
    probes: z.array(
      z.strictObject({
        target: z.string().describe('the address that was probed'),
        module: z.string().describe('how it was probed, as the settings name it'),
        at: time,
        outcome: z.enum(['passed', 'failed', 'unprobed']),
        reason: z.string().nullable().describe('why no server could be spoken to; null when one could'),
        eras: z.array(z.enum(ERAS)),
        results: z.array(
          z.strictObject({
            check: z.string(),
            verdict: z.enum(CHECK_VERDICTS),
            words: z.string().describe('what was seen'),
            faults: z.array(z.string()).describe('the faults that clients of such a server will meet'),
          }),
        ),
      }),
    ),
  })
  .register(shapes, { id: 'ProbeMatrix' });

/** See {@link probeMatrix}. */
export type ProbeMatrix = z.infer<typeof probeMatrix>;

/** What went wrong with a request (RFC 9457). */
export const problem = z
  .strictObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() })
  .register(shapes, { id: 'Problem' });

/** See {@link problem}. */
export type Problem = z.infer<typeof problem>;
