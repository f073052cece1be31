import { beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/index.ts';
import { createSessionTable, type Change, type Session, type SessionTable } from '../../src/session/index.ts';
import { anExchange } from '../support/an-exchange.ts';

const ID = 'a00000000001';

/** What a hook tells of a server of the older transport: POSTs are accepted with 202, answers come on the stream. */
const HTTP_SSE = { transport: 'http-sse', protocolVersion: '2024-11-05' } as const;

let table: SessionTable;
let now: number;

beforeEach(() => {
  table = createSessionTable();
  now = 1_700_000_000_000;
});

function tell(facts: Partial<Exchange>): Change {
  const startedAt = now;
  now += 10;
  return table.apply(anExchange({ ...HTTP_SSE, startedAt, endedAt: now, ...facts }));
}

function post(method: Exchange['rpcMethods'][number], facts: Partial<Exchange> = {}): Change {
  return tell({ rpcMethods: [method], sessionSent: ID, status: 202, ...facts });
}

/** The stream names an address, from which on it is held; it is told as an exchange when it ends. */
function open(session = ID): void {
  table.holdStream(session, 1);
}

function closeStream(session = ID): Change {
  table.holdStream(session, -1);
  return tell({
    httpMethod: 'GET',
    sessionGiven: session,
    ending: 'aborted',
    stream: {
      kind: 'get',
      openedAt: now,
      carriedData: true,
      retryHint: false,
      eventIds: false,
      lastWriteAt: now,
    },
  });
}

function known(): Session | undefined {
  return table.session(ID);
}

describe('a session on HTTP+SSE', () => {
  it('begins with the handshake posted to the address of an open stream', () => {
    open();
    expect(known()).toBeUndefined();
    post('initialize', { family: 'cursor' });
    expect(known()).toMatchObject({
      phase: 'live',
      bornAt: now,
      family: 'cursor',
      requests: 0,
      rare: { transport: 'http-sse' },
    });
    post('notifications/initialized');
    post('tools/call');
    expect(known()).toMatchObject({ phase: 'live', initialized: true, worked: true, requests: 2 });
  });

  it('begins as well when its client reconnects and goes on without a handshake', () => {
    open();
    post('tools/call');
    expect(known()).toMatchObject({
      phase: 'live',
      bornAt: now,
      initialized: false,
      worked: true,
      requests: 1,
    });
  });

  it('is not begun by a stream to which nothing is posted', () => {
    open();
    expect(closeStream().session).toBeUndefined();
    expect(table.sizes.sessions).toBe(0);
  });

  it('was begun beside our watch when its stream is not known', () => {
    post('tools/call');
    expect(known()).toMatchObject({ phase: 'live', bornAt: 0 });
  });

  it('ends when its stream does', () => {
    open();
    post('initialize');
    post('tools/call');
    const { before, session } = closeStream();
    expect(before?.phase).toBe('live');
    expect(session).toMatchObject({ ref: ID, phase: 'ended', lastSeenAt: now });
    expect(known()?.phase).toBe('ended');
    expect(known()?.trouble).toBeUndefined();
  });

  it('is awake as long as its stream is open, and in no count after that', () => {
    open();
    post('initialize');
    table.advanceTime(now + 3_600_000);
    const counted = () => [...table.cohorts()].map(({ awake, idle }) => ({ awake, idle }));
    expect(counted()).toEqual([{ awake: 1, idle: 0 }]);
    closeStream();
    expect(counted()).toEqual([{ awake: 0, idle: 0 }]);
  });

  it.each([400, 404, 500])('is lost when it is refused with %i while its stream is open', (status) => {
    open();
    post('initialize');
    post('tools/call', { status, bodyClass: 'session-dead' });
    // No clause names a status: none is wrong, and none tells the client to begin anew.
    expect(known()).toMatchObject({
      phase: 'dead',
      trouble: { diedAt: now, listening: true, wrongStatus: 0, toldAt: 0 },
    });
  });

  it('lives on when it is served again', () => {
    open();
    post('initialize');
    post('tools/call', { status: 404, bodyClass: 'session-dead' });
    post('tools/call');
    expect(known()).toMatchObject({ phase: 'live', trouble: { cause: 'other-replica' } });
  });

  it('is replaced by the next one of its client', () => {
    open();
    post('initialize');
    post('tools/call', { status: 404, bodyClass: 'session-dead' });
    open('a00000000002');
    const { settled, client } = post('initialize', { sessionSent: 'a00000000002' });
    expect(settled.map(({ session }) => session.trouble?.successor)).toEqual(['a00000000002']);
    expect(client.handshakes.map(({ session }) => session)).toEqual([ID, 'a00000000002']);
  });

  it('has nothing odd about it', () => {
    open();
    post('initialize');
    post('tools/call');
    const { client, session } = closeStream();
    expect(client.oddities).toEqual([]);
    expect(session?.rare.oddities).toEqual([]);
  });
});
