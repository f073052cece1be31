/** The alert a fault raises: its id in camel case behind `Mcp`, as in `McpDeadSessionWrongStatus`. */
export function alertNameOf(faultId: string): string {
  return `Mcp${faultId
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;
}

/** The page that tells what the fault means and how to mend it, below the root of the repository. */
export function runbookPathOf(faultId: string): string {
  return `docs/runbooks/${faultId}.md`;
}
