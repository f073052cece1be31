import { isIP } from 'node:net';

/**
 * Makes the check of the `Host` header. A page of a stranger may point its own name at this machine and then read
 * what is served here as its own (DNS rebinding). An address cannot be repointed, and neither can `localhost`, so
 * those pass, on any port; every other name must have been allowed.
 */
export function createHostCheck(allowed: readonly string[]): (header: string | undefined) => boolean {
  const names = new Set(['localhost', ...allowed.map((name) => name.toLowerCase())]);
  return (header) => {
    const name = hostnameOf(header ?? '');
    return name !== undefined && (names.has(name) || name.endsWith('.localhost') || isIP(name) !== 0);
  };
}

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/;

function hostnameOf(header: string): string | undefined {
  const match = HOST.exec(header.toLowerCase());
  return match?.[1] ?? match?.[2];
}
