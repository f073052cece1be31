import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { faultOf, faultsOf } from '../api/faults.ts';
import { faultQuery } from '../api/queries.ts';
import { faultDetail, faultPage, type FaultDetail } from '../api/schemas.ts';
import { answered, READ_ONLY, type McpSources } from './answered.ts';
import { caseText, detailText } from './words.ts';

/** The API's question, and less of an answer: every word costs the model that reads it. */
const listQuestion = faultQuery.extend({
  state: faultQuery.shape.state.unwrap().default('all'),
  limit: z.int().min(1).max(50).default(10).describe('how many are told at once'),
});
const listAnswer = faultPage.omit({ choices: true });

const oneQuestion = z.strictObject({
  id: z.string().max(200).describe('the id of a case, as list_faults tells it'),
});
const oneAnswer = z.strictObject({
  fault: faultDetail.nullable().describe('null when it is not known, or no longer'),
});

type FaultList = z.infer<typeof listAnswer>;

/** The tools that say what is broken, and whose fault it is. */
export function registerFaultTools(server: McpServer, sources: McpSources): void {
  server.registerTool(
    'list_faults',
    {
      title: 'What is broken',
      description:
        'Lists faults in the session handling of the MCP servers and clients that are watched here, open ones and those ' +
        'that ended lately: since when, which side is at fault, and why. The newest comes first.',
      inputSchema: listQuestion,
      outputSchema: listAnswer,
      annotations: READ_ONLY,
    },
    (question) => answered(sources, () => listOf(sources, question), listText),
  );
  server.registerTool(
    'explain_fault',
    {
      title: 'One fault with its evidence',
      description:
        'Tells all that is known of one case of list_faults: the rule that was broken and by whom, the HTTP exchanges ' +
        'that prove it, and what the people on each side can do.',
      inputSchema: oneQuestion,
      outputSchema: oneAnswer,
      annotations: READ_ONLY,
    },
    ({ id }) =>
      answered(sources, () => ({ fault: faultOf(sources.observer, sources.timelines, id) ?? null }), oneText),
  );
}

function listOf({ observer }: McpSources, question: z.infer<typeof listQuestion>): FaultList {
  const { choices: _choices, ...page } = faultsOf(observer, question);
  return page;
}

function listText({ faults, total, next }: FaultList): string {
  if (total === 0) return 'No fault like that is known here.';
  const more = next === null ? [] : [`There are ${total} in all. The next page: cursor ${next}`];
  return [
    ...faults.flatMap((each) => [...caseText(each), '']),
    'More of one: explain_fault with its id.',
    ...more,
  ].join('\n');
}

function oneText({ fault }: { readonly fault: FaultDetail | null }): string {
  return fault === null ? 'There is no such case, or no longer.' : detailText(fault).join('\n');
}
