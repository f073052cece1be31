import { isIP } from 'node:net';

/** Names of hosts, or what tells those of the moment. */
export type AllowedHosts = readonly string[] | (() => readonly string[]);

/**
 * Makes the check of the `Host` header. A page of a stranger may point its own name at this machine and then read
 * what is served here as its own (DNS rebinding). An address cannot be repointed, and neither can `localhost`, so
 * those pass, on any port; every other name must have been allowed. A list that may change is asked for each time.
 */
export function createHostCheck(allowed: AllowedHosts): (header: string | undefined) => boolean {
  const names = typeof allowed === 'function' ? allowed : () => allowed;
  return (header) => {
    const name = hostnameOf(header ?? '');
    if (name === undefined) return false;
    if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return true;
    return names().some((each) => each.toLowerCase() === name);
  };
}

/** The only `Host` header of a request: of two, one might be read here and the other elsewhere (RFC 9112, 3.2). */
export function soleHostIn(rawHeaders: readonly string[]): string | undefined {
  const [host, ...others] = rawHeaders.filter(
    (_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host',
  );
  return others.length === 0 ? host : undefined;
}

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/;

function hostnameOf(header: string): string | undefined {
  const match = HOST.exec(header.toLowerCase());
  return match?.[1] ?? match?.[2];
}
