import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server';
import type { ApiSources } from '../api/routes.ts';
import type { Probes } from '../probe/probes.ts';

/** What the tools answer from: the same as the API. */
export interface McpSources extends Pick<ApiSources, 'observer' | 'timelines' | 'versions'> {
  /** What `/probe` asks. */
  readonly probing: Probes;
}

/** What every tool here is. */
export const READ_ONLY: ToolAnnotations = Object.freeze({
  readOnlyHint: true,
  idempotentHint: true,
  openWorldHint: false,
});

/**
 * Tells an answer twice, as a value for programs and as text for a model. A RangeError is the asker's, who is told;
 * what else breaks in here is counted like any other error, and its words stay inside.
 */
export async function answered<Answer extends object>(
  { observer }: McpSources,
  find: () => Answer | Promise<Answer>,
  textOf: (answer: Answer) => string,
): Promise<CallToolResult> {
  try {
    observer.refresh();
    const answer = await find();
    return { content: [{ type: 'text', text: textOf(answer) }], structuredContent: { ...answer } };
  } catch (error) {
    if (error instanceof RangeError) return refused(`${error.message.replace(/\.$/, '')}.`);
    observer.failed('signal', error);
    return refused('This could not be answered.');
  }
}

function refused(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
