import type { Exchange, Reference } from '../exchange/index.ts';
import { clientRef, type Client } from './client.ts';

/** The clients seen lately, at most `limit`; the one that was silent longest makes room. */
export interface ClientTable {
  readonly get: (ref: string) => Client | undefined;
  /** The client that an exchange is of. */
  readonly of: (exchange: Exchange) => Client | undefined;
  /** Takes in a client's next value; answers the one that was forgotten for it, if any. */
  readonly put: (client: Client) => Client | undefined;
  /** Lets time pass: clients that asked for nothing within the window are no longer active. */
  readonly age: (now: number) => void;
  readonly size: number;
}

interface ClientTableOptions {
  readonly limit: number;
  /** A client is active for this long after its last exchange. */
  readonly activeMs: number;
  /** Told when a client becomes active (1), and when it no longer is (-1). */
  readonly counted: (client: Client, by: 1 | -1) => void;
}

/** Makes an empty {@link ClientTable}. */
export function createClientTable({ limit, activeMs, counted }: ClientTableOptions): ClientTable {
  const active = new Map<string, Client>();
  const silent = new Map<string, Client>();
  // Whoever speaks to one target only is found without making up the ref, which takes longer than all else here.
  const latest = new Map<Reference, Client>();

  function keep(client: Client): void {
    const before = active.get(client.ref);
    // In order of last use, to the second, as sessions are.
    if (before !== undefined && secondOf(before) !== secondOf(client)) active.delete(client.ref);
    active.set(client.ref, client);
    latest.set(client.reference, client);
    if (before?.family === client.family) return;
    silent.delete(client.ref);
    if (before !== undefined) counted(before, -1);
    counted(client, 1);
  }

  function makeRoom(): Client | undefined {
    if (active.size + silent.size <= limit) return undefined;
    const home = silent.size > 0 ? silent : active;
    const [oldest, forgotten] = home.entries().next().value as [string, Client];
    home.delete(oldest);
    if (latest.get(forgotten.reference)?.ref === oldest) latest.delete(forgotten.reference);
    if (home === active) counted(forgotten, -1);
    return forgotten;
  }

  function get(ref: string): Client | undefined {
    return active.get(ref) ?? silent.get(ref);
  }

  return {
    get,
    of(exchange) {
      const client = latest.get(exchange.client);
      const isSame = client?.target === exchange.target && client.vantage === exchange.vantage;
      return isSame ? client : get(clientRef(exchange));
    },
    put(client) {
      keep(client);
      return makeRoom();
    },
    age(now) {
      for (const client of active.values()) {
        if (client.lastSeenAt > now - activeMs) break;
        active.delete(client.ref);
        silent.set(client.ref, client);
        counted(client, -1);
      }
    },
    get size() {
      return active.size + silent.size;
    },
  };
}

function secondOf({ lastSeenAt }: Client): number {
  return Math.floor(lastSeenAt / 1000);
}
