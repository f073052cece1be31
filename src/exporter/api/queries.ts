import { z } from 'zod';
import { CLIENT_FAMILIES, VANTAGES } from '../../exchange/index.ts';
import { SIDES } from '../../faults/index.ts';

const name = z.string().max(64);

const paging = {
  q: z.string().max(100).optional().describe('text that is looked for, whatever its case'),
  limit: z.int().min(1).max(200).default(50).describe('how many are told at once'),
  cursor: z.string().max(400).optional().describe('the `next` of the page before'),
};

const common = {
  target: name.optional(),
  client: z.enum(CLIENT_FAMILIES).optional().describe('a client product'),
  vantage: z.enum(VANTAGES).optional(),
};

/** Which faults are asked for. */
export const faultQuery = z.strictObject({
  state: z.enum(['open', 'ended', 'all']).default('open'),
  fault: name.optional().describe('the id of a fault'),
  side: z.enum(SIDES).optional(),
  ...common,
  ...paging,
});

/** See {@link faultQuery}. */
export type FaultQuery = z.infer<typeof faultQuery>;

/** Which sessions are asked for. */
export const sessionQuery = z.strictObject({
  phase: z.enum(['live', 'ended', 'dead']).optional(),
  atFault: z.boolean().optional().describe('whether a fault is open on it'),
  listening: z.boolean().optional().describe('whether a stream of it is open'),
  ...common,
  ...paging,
});

/** See {@link sessionQuery}. */
export type SessionQuery = z.infer<typeof sessionQuery>;

/** Which one of many is asked for. */
export const named = z.strictObject({ id: z.string().max(200) });

/** What takes no parameters. */
export const nothing = z.strictObject({});
