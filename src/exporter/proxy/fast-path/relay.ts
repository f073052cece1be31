import type { Socket } from 'node:net';
import { opensStream } from '../../../hooks/head.ts';
import type { Address } from '../addresses.ts';
import { TIMED_OUT } from '../connecting.ts';
import type { Drain, Underway } from '../drain.ts';
import { SLOW, UNREACHABLE } from '../failures.ts';
import { endToEnd } from '../headers.ts';
import { valueOf } from '../messages.ts';
import { bindSession, isRepeatable, type Begun, type Way } from '../passage.ts';
import { readAnswer, type OrdinaryAnswer } from './answer.ts';
import { readerOf, type BodyReader } from './body.ts';
import { answerText, requestText } from './heads.ts';
import { replayOf } from './replay.ts';
import type { OrdinaryRequest } from './request.ts';
import type { Taker, UpstreamConnection, UpstreamConnections } from './upstream-connections.ts';

/** Passes one request after the other on, and their answers back in the bytes in which they come. */
export interface Relay {
  /** Whether a request is under way. */
  isBusy(): boolean;
  /** Passes a request on to an address. */
  begin(asked: Asked): void;
  /** The client takes more again. */
  drained(): void;
  /** The client is gone. */
  left(): void;
}

/** What is asked, and where. */
export interface Asked {
  readonly request: OrdinaryRequest;
  readonly way: Way;
  readonly address: Address;
  /** See `Attempt.host`. */
  readonly host: string | undefined;
}

/** What {@link createRelay} needs beside the connection of a client. */
export interface RelayOptions {
  readonly connections: UpstreamConnections;
  readonly drain: Drain;
  /** The client has all of the answer; whether its connection ends with it. */
  answered(isLast: boolean): void;
  /** Something out of the ordinary came back, or nothing. The client was told nothing yet. */
  unusual(begun: Begun): void;
}

interface Current extends Asked {
  readonly underway: Underway;
  readonly connection: UpstreamConnection;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Makes the {@link Relay} of a connection. */
export function createRelay(client: Socket, { connections, drain, ...tell }: RelayOptions): Relay {
  const parts: Buffer[] = [];
  const ending = { letGo: () => void (isLast = true), end, breakOff: () => void client.destroy() };
  const taker: Taker = { connected, data, closed };
  let state: 'idle' | 'connecting' | 'sent' | 'answering' | 'answered' = 'idle';
  let current: Current;
  let before = NOTHING;
  let reader: BodyReader | undefined;
  let isKept = true;
  let isLast = false;

  function begin(asked: Asked): void {
    const { request, way, address, host } = asked;
    const connection = connections.take(address, taker);
    current = { ...asked, connection, underway: drain.began(ending) };
    state = 'connecting';
    if (!connection.socket.connecting) connected();
    connection.socket.write(requestText(request, way.path, host), 'latin1');
  }

  /** Of a body that went nowhere nothing is told: whoever sends it elsewhere does. */
  function connected(): void {
    const { request, way, address } = current;
    state = 'sent';
    way.addresses.up(address);
    if (request.body !== undefined) way.passing.requestChunk(request.body);
  }

  function data(bytes: Buffer): void {
    if (reader === undefined) return head(before === NOTHING ? bytes : Buffer.concat([before, bytes]));
    const progress = reader.read(bytes, parts);
    if (progress === 'wrong') return broken();
    // Nobody gets what stands behind the answer, and nothing more is asked on such a connection.
    if (progress === 'beyond') isKept = false;
    write(bytes.toString('latin1', 0, reader.taken()));
    tellParts();
    if (progress !== 'more') finish();
  }

  /** What of the body has come with the head goes out with it. */
  function head(bytes: Buffer): void {
    const answer = readAnswer(bytes);
    if (answer === 'incomplete') return void (before = Buffer.from(bytes));
    if (answer === undefined) return giveAway(bytes, undefined);
    const body = bytes.subarray(answer.length);
    reader = readerOf(answer.framing);
    const progress = reader.read(body, parts);
    if (progress === 'wrong' || progress === 'beyond') return giveAway(bytes, undefined);
    state = 'answering';
    isKept = !answer.isLast;
    pass(answer, body);
    tellParts();
    if (progress === 'end') finish();
  }

  function pass(answer: OrdinaryAnswer, body: Buffer): void {
    const { way, address, underway } = current;
    const { status, headers } = answer;
    const passed = endToEnd(headers);
    write(answerText(answer, passed, isLast) + body.toString('latin1'));
    bindSession(way, address, status, headers);
    underway.isStream = opensStream(status, valueOf(passed, 'content-type'));
    way.passing.head(status, passed, (session) => way.addresses.bind(session, address));
  }

  function write(text: string): void {
    if (!client.write(text, 'latin1')) current.connection.socket.pause();
  }

  function tellParts(): void {
    for (const part of parts) current.way.passing.answerChunk(part);
    parts.length = 0;
  }

  function finish(): void {
    state = 'answered';
    if (isKept) connections.giveBack(current.connection);
    else letGo();
    // What the system has not taken yet may still be lost.
    if (client.writableLength > 0) client.write(NOTHING, complete);
    else if (client.writable) complete();
  }

  /** What was lost is told when the connection is closed. */
  function complete(lost?: Error | null): void {
    if (state !== 'answered' || lost) return;
    over('complete');
    tell.answered(isLast);
  }

  function reset(): void {
    state = 'idle';
    before = NOTHING;
    reader = undefined;
    parts.length = 0;
  }

  function over(how: 'complete' | 'left' | 'broken'): void {
    reset();
    current.way.passing.ended(how);
    current.underway.over();
  }

  function letGo(): void {
    current.connection.taker = undefined;
    current.connection.socket.destroy();
  }

  function broken(): void {
    over('broken');
    current.way.addresses.failed('http_response_incomplete');
    letGo();
    client.destroy();
  }

  function closed(error: Error | undefined): void {
    const { way, address, connection, request } = current;
    if (state === 'answering') return broken();
    if (state === 'connecting') {
      const failure = error === TIMED_OUT ? SLOW : UNREACHABLE;
      way.addresses.down(address, failure.error);
      handOver({ unreached: { address, failure } });
    } else if (before === NOTHING && connection.wasUsed && isRepeatable(request)) handOver({});
    else giveAway(before, { error });
  }

  /** The parser of node reads the answer from its beginning. */
  function giveAway(read: Buffer, gone: { readonly error: Error | undefined } | undefined): void {
    const answer = replayOf(current.connection, Buffer.from(read), gone);
    handOver({ sent: { address: current.address, answer } });
  }

  function handOver(begun: Pick<Begun, 'unreached' | 'sent'>): void {
    reset();
    tell.unusual({ way: current.way, underway: current.underway, ...begun });
  }

  /** Between two chunks of an event stream another may follow, or the end. */
  function end(): void {
    if (state !== 'answering' || reader?.isBetweenChunks() !== true) return void client.destroy();
    isLast = true;
    isKept = false;
    write('0\r\n\r\n');
    finish();
  }

  return {
    isBusy: () => state !== 'idle',
    begin,
    drained() {
      if (state === 'answering') current.connection.socket.resume();
    },
    left() {
      if (state === 'idle') return;
      if (state !== 'answered') letGo();
      over('left');
    },
  };
}
