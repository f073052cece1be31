import { opensStream } from '../../hooks/head.ts';
import { UNREADABLE } from './failures.ts';
import { endToEnd, trailersOf } from './headers.ts';
import {
  breakOff,
  flushHead,
  valueOf,
  writeHead,
  writeInformation,
  writeTrailers,
  type RawHeaders,
} from './messages.ts';
import { bindSession, type Attempt } from './passage.ts';
import { handOn, type Source } from './pump.ts';

/** Takes the answer of an upstream back to the client, each part as it comes. */
export interface Answer {
  information(status: number, headers: RawHeaders): void;
  /** Answers whether it was passed on; if not, the attempt has failed and `source` shall bring no more. */
  head(status: number, reason: string, headers: RawHeaders): boolean;
  chunk(chunk: Buffer, source: Source): void;
  end(trailers: RawHeaders): void;
  /** The upstream broke it off after its head. */
  broken(): void;
}

/** Makes an {@link Answer}. */
export function answerTo(attempt: Attempt): Answer {
  const { response, passing, underway, addresses } = attempt.passage;
  let hasBegun = false;

  function passHead(status: number, reason: string, headers: RawHeaders): void {
    bindSession(attempt.passage, attempt.address, status, headers);
    const passed = endToEnd(headers);
    underway.isStream = opensStream(status, valueOf(passed, 'content-type'));
    writeHead(response, status, reason, passed);
    passing.head(status, passed, (session) => addresses.bind(session, attempt.address));
    // The head is told before more is read: what came with it is here within this turn, and goes out with it.
    setImmediate(() => {
      if (!hasBegun) flushHead(response);
    });
  }

  const isGone = (): boolean => response.destroyed || response.writableEnded;

  return {
    information: (status, headers) => writeInformation(response, status, endToEnd(headers)),
    head(status, reason, headers) {
      try {
        passHead(status, reason, headers);
        return true;
      } catch {
        // A status or a field that node does not send on.
        attempt.failed(UNREADABLE);
        return false;
      }
    },
    chunk(chunk, source) {
      hasBegun = true;
      if (isGone()) return;
      passing.answerChunk(chunk);
      handOn(chunk, source, response);
    },
    end(trailers) {
      hasBegun = true;
      if (isGone()) return;
      writeTrailers(response, trailersOf(trailers));
      response.end();
    },
    broken() {
      if (underway.isOver) return;
      passing.ended('broken');
      addresses.failed('http_response_incomplete');
      breakOff(response);
    },
  };
}
