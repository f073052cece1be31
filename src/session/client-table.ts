import type { Client } from './client.ts';

/** The clients seen lately, at most `limit`; the one that was silent longest makes room. */
export interface ClientTable {
  readonly get: (ref: string) => Client | undefined;
  /** Takes in a client's next value; answers the one that was forgotten for it, if any. */
  readonly put: (client: Client) => Client | undefined;
  readonly size: number;
}

/** Makes an empty {@link ClientTable}. */
export function createClientTable(limit: number): ClientTable {
  const clients = new Map<string, Client>();
  let youngest: string | undefined;
  return {
    get: (ref) => clients.get(ref),
    put(client) {
      if (client.ref !== youngest) clients.delete(client.ref);
      clients.set(client.ref, client);
      youngest = client.ref;
      if (clients.size <= limit) return undefined;
      const [oldest, forgotten] = clients.entries().next().value as [string, Client];
      clients.delete(oldest);
      return forgotten;
    },
    get size() {
      return clients.size;
    },
  };
}
