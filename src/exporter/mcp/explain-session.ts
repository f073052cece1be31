import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { VANTAGES, type Reference } from '../../exchange/index.ts';
import type { Observer } from '../../observer.ts';
import { clientRef } from '../../session/index.ts';
import { faultCaseOf, faultOf } from '../api/faults.ts';
import { faultDetail, sessionDetail, type FaultDetail, type SessionDetail } from '../api/schemas.ts';
import { sessionOf } from '../api/sessions.ts';
import { sessionsIn } from '../api/timelines.ts';
import { answered, READ_ONLY, type McpSources } from './answered.ts';
import { detailText, momentText, sessionText } from './words.ts';

const question = z.strictObject({
  session: z
    .string()
    .min(1)
    .max(2048)
    .describe(
      'a session id (the Mcp-Session-Id that your own client was given), or the reference of twelve digits by which a ' +
        'session is told here. An id is turned into that reference at once, and neither kept nor repeated.',
    ),
});

const explanation = z.strictObject({
  sessions: z
    .array(sessionDetail)
    .describe('empty when it is not known; two when it is seen from both sides, as in a gateway'),
  faults: z
    .array(faultDetail)
    .describe('the faults of this session, of its client, and those it is evidence of'),
});

/** What is known of a session, and of the faults that concern it. */
export type Explanation = z.infer<typeof explanation>;

/** The tool that says why one session died. */
export function registerExplainSession(server: McpServer, sources: McpSources): void {
  server.registerTool(
    'explain_session',
    {
      title: 'Why a session died',
      description:
        'Tells what happened to one MCP session: whether it lives, why it was lost, which side is at fault and by which ' +
        'rule, with its HTTP exchanges and what can be done now.',
      inputSchema: question,
      outputSchema: explanation,
      annotations: READ_ONLY,
    },
    ({ session }) =>
      answered(
        sources,
        () => explain(sources, session),
        (told) => textOf(told, sources.observer),
      ),
  );
}

function explain(sources: McpSources, asked: string): Explanation {
  const refs = referencesOf(sources.observer, asked);
  const sessions = refs.flatMap((ref) => sessionOf(sources, ref) ?? []);
  return { sessions, faults: sessions.flatMap((session) => faultsAround(session, sources)) };
}

/** By what names a session may be known, which is asked for by its id or by a reference of it. */
function referencesOf({ references }: Observer, asked: string): Reference[] {
  const isReference = /^[0-9a-f]{12}(\/[a-z]+)?$/.test(asked);
  const names = [...(isReference ? [asked] : []), references.once(asked)];
  // A session that is seen from two sides has a reference on each: see `seenFrom` in observer.ts.
  return names.flatMap((name) => [name, ...VANTAGES.map((vantage) => `${name}/${vantage}`)]);
}

/** A client that breaks one session after another has more than anybody reads. */
const FAULTS_TOLD = 10;

function faultsAround(session: SessionDetail, { observer, timelines }: McpSources): FaultDetail[] {
  const client = clientRef(session);
  return [...observer.cases.open(), ...observer.cases.closed()]
    .filter(
      (each) => sessionsIn(each).includes(session.ref) || (each.kind === 'client' && each.ref === client),
    )
    .slice(0, FAULTS_TOLD)
    .flatMap((each) => faultOf(observer, timelines, faultCaseOf(each).id) ?? []);
}

function textOf({ sessions, faults }: Explanation, { startedAt }: Observer): string {
  if (sessions.length === 0)
    return (
      'This session is not known here. Either its requests do not pass here, or it has been silent for so long that it ' +
      `was forgotten, or it ended before ${momentText(startedAt)}, when the watch began. list_faults tells what is broken.`
    );
  const found =
    faults.length === 0
      ? ['No fault is known of it.']
      : faults.flatMap((fault) => ['', ...detailText(fault)]);
  return [...sessions.flatMap(sessionText), ...found].join('\n');
}
