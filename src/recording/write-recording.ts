import { randomBytes } from 'node:crypto';
import type { Exchange, Reference } from '../exchange/index.ts';
import { VERSION } from '../version.ts';
import { FORMAT, FORMAT_VERSION } from './fields.ts';
import { headerLineOf, lineOf } from './lines.ts';

/** What {@link recordingOf} says of a recording in its first line. */
export interface RecordingFacts {
  /** Since when was watched: what was lost soon after that may have been lost in a restart. */
  readonly startedAt: number;
  /** Until when was watched: some faults show only in the silence behind the last exchange. */
  readonly endedAt: number;
  /** What it is about, in a person's words. */
  readonly about: string;
}

/**
 * The text of a recording of exchanges that have been kept, in the order in which they were told. Streams are told
 * to have opened as their exchanges say. Throws a RangeError for a value that may not stand in a recording.
 */
export function recordingOf(exchanges: readonly Exchange[], facts: RecordingFacts): string {
  const { startedAt, endedAt, about } = facts;
  const header = headerLineOf({
    format: FORMAT,
    version: FORMAT_VERSION,
    run: randomBytes(6).toString('hex'),
    startedAt,
    at: startedAt,
    by: `mcp-session-exporter ${VERSION}`,
    about,
    expect: undefined,
  });
  const lines = exchanges.map(asFirstSeen).flatMap((exchange) => linesOf(exchange));
  return (
    header +
    lines
      .toSorted((a, b) => a.at - b.at)
      .map(({ text }) => text)
      .join('') +
    lineOf('end', { at: endedAt })
  );
}

function linesOf(exchange: Exchange): { at: number; text: string }[] {
  const { vantage, target, stream, sessionSent, sessionGiven, endedAt } = exchange;
  const lines = [{ at: endedAt, text: lineOf('exchange', exchange) }];
  if (stream === undefined) return lines;
  const { kind, openedAt } = stream;
  const opened = { vantage, target, kind, session: sessionSent ?? sessionGiven, at: openedAt };
  return [{ at: openedAt, text: lineOf('stream', opened) }, ...lines];
}

/** An observer that sees a session from two sides tells them apart; a replay does so again, and by itself. */
function asFirstSeen(exchange: Exchange): Exchange {
  const { sessionSent, sessionGiven } = exchange;
  return { ...exchange, sessionSent: withoutSide(sessionSent), sessionGiven: withoutSide(sessionGiven) };
}

function withoutSide(session: Reference | undefined): Reference | undefined {
  return session?.split('/', 1)[0];
}
