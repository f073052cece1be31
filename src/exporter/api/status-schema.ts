import { z } from 'zod';
import { CLIENT_FAMILIES, GATEWAYS, VANTAGES } from '../../exchange/index.ts';
import { SEVERITIES, SIDES } from '../../faults/index.ts';
import { CAUSES_OF_DEATH } from '../../session/index.ts';
import type { Status } from '../status-model.ts';
import { shapes, step } from './schemas.ts';

const time = z.number().min(0);
const count = z.int().min(0);
const column = z.array(z.number());

const who = {
  id: z.string(),
  fault: z.string(),
  title: z.string(),
  side: z.enum(SIDES),
  target: z.string(),
  family: z.enum(CLIENT_FAMILIES),
  since: time,
  cases: count,
};

const faultGroup = z.strictObject({
  ...who,
  severity: z.enum(SEVERITIES),
  vantage: z.enum(VANTAGES),
  via: z.enum(GATEWAYS),
  cause: z.enum(CAUSES_OF_DEATH).nullable(),
  lastSeenAt: time,
  affectedSessions: count,
  affectedClients: count,
  because: z.string(),
  rule: z.strictObject({ text: z.string(), source: z.string() }),
  remedy: z.strictObject({ server: z.string(), client: z.string() }),
  runbook: z.string(),
  evidence: z.array(step),
  evidenceAbridged: z.boolean(),
});

const sessionRow = z.strictObject({
  ref: z.string(),
  target: z.string(),
  family: z.enum(CLIENT_FAMILIES),
  via: z.enum(GATEWAYS),
  phase: z.enum(['live', 'ended', 'dead']),
  cause: z.enum(CAUSES_OF_DEATH).nullable(),
  atFault: z.boolean(),
  bornAt: time,
  lastSeenAt: time,
  requests: count,
});

/** The shape of {@link Status}. */
export const status: z.ZodType<Status> = z
  .strictObject({
    version: z.string(),
    at: time,
    startedAt: time,
    targets: z.array(z.string()),
    state: z.enum(['healthy', 'broken']),
    sentence: z.string(),
    totals: z.strictObject({
      exchanges: count,
      activeSessions: count,
      openStreams: z.int(),
      affectedSessions: count,
      affectedClients: count,
    }),
    idleLimits: z.array(
      z.strictObject({ vantage: z.enum(VANTAGES), target: z.string(), limitMs: z.number() }),
    ),
    faults: z.array(faultGroup),
    faultsNotShown: count,
    endedFaults: z.array(z.strictObject({ ...who, endedAt: time })),
    sessions: z.array(sessionRow),
    sessionsNotShown: count,
    history: z.strictObject({
      at: column,
      activeSessions: column,
      openStreams: column,
      lostSessions: column,
      recoveredSessions: column,
      clientErrors: column,
      handshakes: column,
    }),
  })
  .register(shapes, { id: 'Status' });
