import type { Connectable, Transport } from '../../../../src/hooks/transport/index.ts';

/** What stands around a transport, a client or a server. */
export type Watch = <Watched extends Transport | Connectable>(watched: Watched) => Watched;

/** Answers what it was handed. */
export const unwatched: Watch = (watched) => watched;
