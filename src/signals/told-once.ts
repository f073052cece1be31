import type { Exchange, Operation, Vantage } from '../exchange/index.ts';

/**
 * Keeps operations from being counted twice where two hooks tell them: one that stands around the messages, and one
 * that sees the HTTP below. The first is believed, but it sees nothing of what is refused before a message is read.
 */
export interface ToldOnce {
  /** A hook around the messages has told it. */
  told(operation: Operation): void;
  /** Whether a hook around the messages has told, or will tell, the operation of this exchange. */
  isTold(exchange: Exchange, operation: Operation): boolean;
}

/** Refusals that were told and of which the exchange is not over yet; the oldest is given up for one more. */
const LIMIT = 256;

/** An answer is over soon after the message that it holds was sent. */
const SOON_MS = 1000;

/** Makes a {@link ToldOnce}. */
export function createToldOnce(): ToldOnce {
  const wrapped = new Set<Vantage>();
  const refused: Operation[] = [];

  return {
    told(operation) {
      // Over pipes there is no exchange that could tell it a second time.
      if (operation.networkTransport !== 'tcp') return;
      wrapped.add(operation.vantage);
      if (operation.direction !== 'received' || operation.rpcErrorCode === undefined) return;
      if (refused.push(operation) > LIMIT) refused.shift();
    },
    isTold({ vantage, status }, operation) {
      if (!wrapped.has(vantage)) return false;
      // A client's transport knows of whatever it sends, and a server's of all that is answered with success.
      if (vantage === 'client' || status < 400) return true;
      const at = refused.findIndex((other) => isSame(other, operation));
      if (at !== -1) refused.splice(at, 1);
      return at !== -1;
    },
  };
}

function isSame(told: Operation, seen: Operation): boolean {
  return (
    told.vantage === seen.vantage &&
    told.method === seen.method &&
    told.session === seen.session &&
    told.errorType === seen.errorType &&
    told.call?.requestId === seen.call?.requestId &&
    seen.endedAt - told.endedAt < SOON_MS
  );
}
