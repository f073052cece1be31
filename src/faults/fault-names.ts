/** The alert a fault raises: its id in camel case behind `Mcp`, as in `McpDeadSessionWrongStatus`. */
export function alertNameOf(faultId: string): string {
  return `Mcp${faultId
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;
}

const REPOSITORY_FILES = 'https://github.com/mcp-session-exporter/mcp-session-exporter/blob/main/';

/** The page that tells what the fault means and how to mend it, below the root of the repository. */
export function runbookPathOf(faultId: string): string {
  return `docs/runbooks/${faultId}.md`;
}

/** Where people read that page. */
export function runbookUrlOf(faultId: string): string {
  return REPOSITORY_FILES + runbookPathOf(faultId);
}
