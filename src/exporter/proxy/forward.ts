import type { Address } from './addresses.ts';
import { TERMINATED, UNREACHABLE, type Failure } from './failures.ts';
import { bodyLengthOf } from './headers.ts';
import { breakOff, isWhole, type ClientRequest, type ClientResponse } from './messages.ts';
import { answerSelf, type SentAnswer } from './own-answer.ts';
import type { Attempt, Body, GiveUp, Passage } from './passage.ts';
import { UNSENDABLE, type OwnRefusal } from './refusals.ts';
import { createSendByNode } from './send-by-node.ts';
import { createSendByUndici } from './send-by-undici.ts';
import type { FullSettings } from './settings.ts';

/** Passes a request on, and the answer back. */
export type Forward = (passage: Passage) => void;

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
  const byUndici = createSendByUndici(connectTimeout);
  const byNode = createSendByNode(connectTimeout);

  function send(attempt: Attempt, body: Body): GiveUp {
    const { passage, address } = attempt;
    const isOrdinary = body !== 'coming' && !address.isSecure && passage.path.startsWith('/');
    return isOrdinary ? byUndici(attempt, body) : byNode(attempt, body);
  }

  return (passage) => {
    let giveUp: GiveUp | undefined;
    onceOver(passage, () => giveUp?.());
    whenBodyIsKnown(passage, (body) => {
      const unsendable = (): void => {
        if (!passage.underway.isOver) tellOwn(passage, refuse(passage.request, passage.response, UNSENDABLE));
      };
      tryAddresses(passage, unsendable, (fates) => {
        const host = hostHeader === 'upstream' ? fates.address.host : undefined;
        giveUp = send({ passage, host, ...fates }, body);
      });
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

/** A body longer than this is passed on part by part, however fast it comes; bytes. */
const MOST_AT_ONCE = 65_536;

/** Most bodies come together with their head: such a one is taken at once. For none is waited. */
function whenBodyIsKnown({ request, passing, underway }: Passage, go: (body: Body) => void): void {
  const length = bodyLengthOf(request);
  if (length === 0) return go('none');
  if (length === undefined || length > MOST_AT_ONCE || request.headers.expect !== undefined)
    return go('coming');
  // Node tells of the head before it reads on.
  process.nextTick(() => {
    if (underway.isOver) return;
    if (request.readableLength < length) return go('coming');
    const body = request.read() as Buffer;
    passing.requestChunk(body);
    go(body);
  });
}

/** What of an {@link Attempt} is the same wherever it goes. */
type Try = Omit<Attempt, 'passage' | 'host'>;

/** Sends to one address after the other, until there is an answer, or a failure that must be told. */
function tryAddresses(passage: Passage, unsendable: () => void, send: (attempt: Try) => void): void {
  const { response, addresses, session, underway } = passage;
  const tried = new Set<Address>();

  function fail(failure: Failure): void {
    if (!underway.isOver) tellOwn(passage, answerSelf(response, failure));
  }

  function attempt(failure: Failure): void {
    const address = addresses.choose(session, tried);
    if (address === undefined) return fail(failure);
    tried.add(address);
    try {
      send({
        address,
        unsendable,
        unreachable(unreached) {
          addresses.down(address, unreached.error);
          attempt(unreached);
        },
        stale() {
          tried.delete(address);
          attempt(TERMINATED);
        },
        failed(failed) {
          addresses.failed(failed.error);
          if (response.headersSent) breakOff(response);
          else fail(failed);
        },
      });
    } catch {
      unsendable();
    }
  }

  attempt(UNREACHABLE);
}

/** An answer of the proxy's own is told like any other. */
function tellOwn({ passing }: Passage, { status, headers, body }: SentAnswer): void {
  passing.head(status, headers);
  passing.answerChunk(body);
}
