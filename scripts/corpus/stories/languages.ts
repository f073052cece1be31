import { PEERS } from '../clients/peers.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import type { Story } from '../story.ts';
import { work } from './sdk.ts';

const servers: readonly ServerKind[] = [
  SERVERS.express,
  SERVERS.json,
  SERVERS.old,
  SERVERS.stateless,
  SERVERS.map,
  SERVERS.both,
];

/** Clients of other languages, and of older TypeScript SDKs, on servers of this one. */
export const languageStories: readonly Story[] = PEERS.flatMap((client) =>
  servers.map((server) => ({ ...work('languages', server, client), needs: [client] })),
);
