import { KEPT } from './kept.ts';
import { limitsOf, type Limits, type Thresholds } from './threshold.ts';

/**
 * The numbers by which the session table decides, before any judge is asked. Numbers that only bound its memory are
 * no thresholds: those stand beside what they bound.
 */
export const tableThresholds = {
  idleAfterMs: {
    value: 600_000,
    unit: 'ms',
    reason:
      'a session without request and open stream is idle: model-driven clients pause for minutes, not for ten',
  },
  provedAfter: {
    value: 2,
    unit: 'count',
    reason:
      'a session whose birth was not seen is believed in after two accepted requests: one is taken for any id by some servers',
  },
  halfLifeMs: {
    value: 86_400_000,
    unit: 'ms',
    reason:
      'how many sessions of a family were begun and deleted is halved each day: a new release may have other habits',
  },
  shortGetMs: {
    value: 5000,
    unit: 'ms',
    reason:
      'a GET without data that ends sooner is one of a loop; the shortest idle limits of proxies lie near 30 s',
  },
  ghostMs: {
    value: 10_000,
    unit: 'ms',
    reason:
      'a stream refused this soon after the former one went away meets its ghost: known clients come back after 1.0 and 2.5 s',
  },
  atOnceMs: {
    value: 1000,
    unit: 'ms',
    reason: 'a stream that its server ends this soon, without data, was refused after its head had been sent',
  },
  bunchMs: {
    value: 2000,
    unit: 'ms',
    reason: 'listings this close together, tools and prompts and resources, are one poll',
  },
  authProofMs: {
    value: 120_000,
    unit: 'ms',
    reason:
      'a credential accepted this soon after its refusal was good all the time; later the login may have been mended',
  },
  afterStartMs: {
    value: 600_000,
    unit: 'ms',
    reason:
      "unknown ids this soon after the start of a server were its predecessor's: model-driven clients are minutes between calls",
  },
  togetherMs: {
    value: 60_000,
    unit: 'ms',
    reason: 'sessions found dead within a minute were lost together: clients in use find out within one',
  },
  spanMs: {
    value: 10_000,
    unit: 'ms',
    reason:
      'losses within ten seconds are kept as one number, for a restart takes thousands; a sixth of a minute is exact enough',
  },
  restartSessions: {
    value: 3,
    unit: 'count',
    reason: 'a restart takes three sessions or more: two lost together are chance',
  },
  restartShare: {
    value: 0.5,
    unit: 'ratio',
    reason: 'a restart takes this share of the sessions that lived: an idle limit or a bug takes a few',
  },
  recoveryMs: {
    value: 30_000,
    unit: 'ms',
    reason:
      'healthy recoveries take less than a second, and the slowest sane retry ladders end near 31 s from the loss',
  },
  repeatMs: {
    value: 3000,
    unit: 'ms',
    reason:
      'a program that repeats a failed call does so at once or after a back-off, which begins with a second or two; a model that reads the error first is seldom as fast',
  },
  activeMs: {
    value: 600_000,
    unit: 'ms',
    reason:
      'a client that has asked for nothing for ten minutes is not in use: model-driven clients pause for minutes',
  },
  expiredSessions: {
    value: 3,
    unit: 'count',
    atMost: KEPT.rests,
    reason: 'so many deaths after a rest show a limit of time: one or two may have another reason',
  },
} as const satisfies Thresholds;

/** The values of {@link tableThresholds}. */
export type TableLimits = Limits<typeof tableThresholds>;

/** The declared values. */
export const DECLARED_LIMITS: TableLimits = Object.freeze(limitsOf(tableThresholds));
