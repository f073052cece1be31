import { z } from 'zod';
import { catalogue, isJudged } from '../../faults/index.ts';
import { TABLE_DEFAULTS, tableThresholds, type Threshold, type Thresholds } from '../../session/index.ts';
import { inner, itemsOf, setting } from './about.ts';

const WHERE = 'as docs/faults.md lists them';

/** One number for each threshold. */
function limits(thresholds: Thresholds): z.ZodType<Record<string, number>> {
  const shape = Object.entries(thresholds).map(([name, threshold]) => [name, limit(threshold)] as const);
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<Record<string, number>>;
}

function limit({ atMost }: Threshold): z.ZodType<number | undefined> {
  const upTo = atMost === undefined ? '' : ` to ${atMost}, for no more are remembered`;
  const number = z.number().min(0);
  return inner((atMost === undefined ? number : number.max(atMost)).optional(), `a number from 0${upTo}`);
}

const judged = catalogue.filter((fault) => isJudged(fault));

/** `FAULT.THRESHOLD=NUMBER`, or `THRESHOLD=NUMBER`, as a mapping. What reads otherwise is left for the schema to refuse. */
function assigned(texts: readonly string[]): unknown {
  const mapping: Record<string, unknown> = {};
  for (const text of texts.flatMap(itemsOf)) {
    const [, fault, name, value] = /^(?:([\w-]+)\.)?(\w+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (name === undefined || name === '__proto__' || fault === '__proto__') return text;
    if (fault === undefined) mapping[name] = Number(value);
    else mapping[fault] = { ...(mapping[fault] as object | undefined), [name]: Number(value) };
  }
  return mapping;
}

/** The thresholds of the faults that judges decide, by fault and name. */
export const thresholdSettings = setting(
  z
    .strictObject(Object.fromEntries(judged.map((fault) => [fault.id, limits(fault.thresholds).optional()])))
    .default({}),
  {
    meaning: 'other values for the thresholds of faults, by fault and threshold',
    allowed: `a mapping of faults, each a mapping of its thresholds, ${WHERE}`,
    allowedInText: `FAULT.THRESHOLD=NUMBER, ${WHERE}, divided by commas`,
    flag: 'threshold',
    fromTexts: assigned,
  },
);

/** What the table of sessions holds, and by what it decides. */
export const tableSettings = z
  .strictObject({
    session_limit: setting(z.int().min(1).max(1_000_000).default(TABLE_DEFAULTS.sessionLimit), {
      meaning: 'sessions remembered; past it the least telling one is forgotten, and counted',
      allowed: 'a whole number from 1 to 1000000',
    }),
    client_limit: setting(z.int().min(1).max(1_000_000).default(TABLE_DEFAULTS.clientLimit), {
      meaning: 'clients remembered',
      allowed: 'a whole number from 1 to 1000000',
    }),
    forget_after_seconds: setting(
      z
        .number()
        .min(1)
        .max(31_536_000)
        .default(TABLE_DEFAULTS.forgetAfterMs / 1000),
      {
        meaning: 'an idle or dead session is forgotten after this long',
        allowed: 'a number of seconds from 1 to 31536000, which is a year',
      },
    ),
    thresholds: setting(limits(tableThresholds).default({}), {
      meaning: 'other values for the thresholds by which the table decides',
      allowed: `a mapping of its thresholds, ${WHERE}`,
      allowedInText: `THRESHOLD=NUMBER, ${WHERE}, divided by commas`,
      flag: 'table-threshold',
      fromTexts: assigned,
    }),
  })
  .prefault({});
