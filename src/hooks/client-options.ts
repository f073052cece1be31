import { randomUUID } from 'node:crypto';

/** How a hook in a client recognises and names what it sees. */
export interface ClientOptions {
  /**
   * The exact paths on which the protocol is spoken. Default: recognised by a path that ends in `/mcp`, by its
   * headers, or by a POST that accepts both JSON and an event stream.
   */
  readonly paths?: readonly string[] | undefined;
  /** The target a request is counted under, or a function that names it. Default: the host of its URL, with the port. */
  readonly target?: string | ((url: URL) => string);
  /**
   * Who speaks, where one process speaks for several clients: any name, or a function that tells it when a request
   * is sent. It is hashed. Default: this process.
   */
  readonly client?: string | ((url: URL) => string);
}

/** Tells one process from another: the default for {@link ClientOptions.client}, whichever hook sees a request. */
export const THIS_PROCESS = randomUUID();

/** The name that an option gives to what is sent to `url`. */
export function named(name: string | ((url: URL) => string), url: URL): string {
  return typeof name === 'string' ? name : name(url);
}
