import type { Duplex } from 'node:stream';
import type { Address } from './addresses.ts';
import { TERMINATED, UNREACHABLE, type Failure } from './failures.ts';
import { breakOff, isWhole, type ClientRequest, type ClientResponse } from './messages.ts';
import { answerSelf, type SentAnswer } from './own-answer.ts';
import type { Attempt, Begun, Passage } from './passage.ts';
import { UNSENDABLE, type OwnRefusal } from './refusals.ts';
import { createSendByNode } from './send-by-node.ts';
import type { FullSettings } from './settings.ts';

/** Passes a request on, and the answer back; or goes on from where the fast path left it. */
export type Forward = (passage: Passage, begun: Begun | undefined) => void;

/** Refuses a request in the place of an upstream. */
export type Refuse = (request: ClientRequest, response: ClientResponse, own: OwnRefusal) => SentAnswer;

/**
 * Makes a {@link Forward}: each part passes as it comes, and no faster than it is taken. When one side leaves, the
 * other is told at once. A request of which nothing was sent goes to another address, if there is one; one that may
 * have been received is never repeated, unless it is safe and its pooled connection was stale.
 */
export function createForward(
  { connectTimeout, hostHeader }: Pick<FullSettings, 'connectTimeout' | 'hostHeader'>,
  refuse: Refuse,
): Forward {
  const send = createSendByNode(connectTimeout);
  return (passage, begun) => {
    let giveUp: (() => void) | undefined;
    onceOver(passage, () => giveUp?.());
    const unsendable = (): void => {
      if (!passage.underway.isOver) tellOwn(passage, refuse(passage.request, passage.response, UNSENDABLE));
    };
    tryAddresses(passage, begun, unsendable, (fates, answer) => {
      const host = hostHeader === 'upstream' ? fates.address.host : undefined;
      giveUp = send({ passage, host, ...fates }, answer);
    });
  };
}

/** The client has its answer, or has left: whatever still goes on for it ends. */
function onceOver({ request, response, passing }: Passage, end: () => void): void {
  response.on('error', () => {});
  response.once('close', () => {
    passing.ended(isWhole(response) ? 'complete' : 'left');
    end();
    // What is left of an upload that was answered early stands before the next request of its connection.
    request.resume();
  });
}

/** What of an {@link Attempt} is the same wherever it goes. */
type Try = Omit<Attempt, 'passage' | 'host'>;

/** Sends to one address after the other, until there is an answer, or a failure that must be told. */
function tryAddresses(
  passage: Passage,
  begun: Begun | undefined,
  unsendable: () => void,
  send: (attempt: Try, answer: Duplex | undefined) => void,
): void {
  const { response, addresses, session, underway } = passage;
  const { unreached, sent } = begun ?? {};
  const tried = new Set<Address>(unreached && [unreached.address]);

  function fail(failure: Failure): void {
    if (!underway.isOver) tellOwn(passage, answerSelf(response, failure));
  }

  function attempt(failure: Failure): void {
    const address = addresses.choose(session, tried);
    if (address === undefined) return fail(failure);
    ask(address, undefined);
  }

  function ask(address: Address, answer: Duplex | undefined): void {
    tried.add(address);
    try {
      send(fatesAt(address), answer);
    } catch {
      unsendable();
    }
  }

  function fatesAt(address: Address): Try {
    return {
      address,
      unsendable,
      unreachable(failure) {
        addresses.down(address, failure.error);
        attempt(failure);
      },
      stale() {
        tried.delete(address);
        attempt(TERMINATED);
      },
      failed(failure) {
        addresses.failed(failure.error);
        if (response.headersSent) breakOff(response);
        else fail(failure);
      },
    };
  }

  if (sent === undefined) attempt(unreached?.failure ?? UNREACHABLE);
  else ask(sent.address, sent.answer);
}

/** An answer of the proxy's own is told like any other. */
function tellOwn({ passing }: Passage, { status, headers, body }: SentAnswer): void {
  passing.head(status, headers);
  passing.answerChunk(body);
}
