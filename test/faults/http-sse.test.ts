import { describe, expect, it } from 'vitest';
import type { RpcMethod } from '../../src/exchange/index.ts';
import { faultsFound, tell, type Answer, type Script, type ScriptClient } from './script.ts';

/** Of the older transport: messages are taken with 202, and there is no clause on the status of what is dead. */
const TAKEN: Answer = { transport: 'http-sse', protocolVersion: '2024-11-05', status: 202 };
const GONE: Answer = { ...TAKEN, status: 400, bodyClass: 'session-dead', errorUnaddressed: true };
const GONE_404: Answer = { ...GONE, status: 404 };

interface Opened {
  readonly session: string;
  post(method: RpcMethod, answer?: Answer): void;
  close(answer?: Answer): void;
}

/** Opens a stream, whose first event names an address. */
function open(client: ScriptClient, session: string): Opened {
  const end = client.listen(session, { carriedData: true });
  return {
    session,
    post: (method, answer) => client.post(method, session, { ...TAKEN, ...answer }),
    close: (answer) =>
      end({ ...TAKEN, status: 200, sessionSent: undefined, sessionGiven: session, ...answer }),
  };
}

function shake(client: ScriptClient, session: string): Opened {
  const opened = open(client, session);
  opened.post('initialize');
  opened.post('notifications/initialized');
  return opened;
}

const ref = (i: number): string => i.toString(16).padStart(12, '5');

const faulty: readonly (Script & { readonly fault: string })[] = [
  {
    fault: 'premature-eviction',
    name: 'the server forgets a session whose stream is open',
    tell(wire) {
      const one = shake(wire.client(), ref(1));
      one.post('tools/call');
      one.post('tools/call', GONE);
      wire.pass(65);
    },
  },
  {
    fault: 'handshake-incomplete',
    name: 'an event source comes back by itself, and its client goes on without a handshake',
    tell(wire) {
      const client = wire.client();
      const one = shake(client, ref(1));
      one.post('tools/call');
      one.close();
      open(client, ref(2)).post('tools/call');
      wire.pass(35);
    },
  },
  {
    fault: 'sse-flap',
    name: 'something cuts quiet streams after a minute',
    tell(wire) {
      const clients = [1, 2, 3, 4, 5].map((i) => wire.client(`client ${i}`));
      for (const round of [0, 1]) {
        const streams = clients.map((client, i) => shake(client, ref(10 * round + i + 1)));
        wire.pass(60);
        for (const stream of streams) stream.close();
      }
    },
  },
  {
    fault: 'reinit-storm',
    name: 'a client opens stream after stream, and does nothing with them',
    tell(wire) {
      const client = wire.client();
      for (let i = 0; i < 7; i++) shake(client, ref(i));
    },
  },
  {
    fault: 'lost-affinity',
    name: 'messages go to a replica that does not have the stream, and to the one that has',
    vantage: 'proxy',
    tell(wire) {
      const one = shake(wire.client(), ref(1));
      for (let i = 0; i < 4; i++) one.post('tools/call', i % 2 === 0 ? GONE_404 : {});
      wire.pass(5);
    },
  },
];

const quiet: readonly Script[] = [
  {
    name: 'a session that is used, and whose stream its client closes',
    tell(wire) {
      const one = shake(wire.client(), ref(1));
      one.post('tools/list');
      one.post('tools/call');
      wire.pass(700);
      one.close();
      wire.pass(65);
    },
  },
  {
    name: 'the status of a dead session: this revision names none',
    tell(wire) {
      const client = wire.client();
      for (const answer of [GONE, GONE_404, { ...GONE, status: 500 }]) {
        client.post('tools/call', ref(1), answer);
        wire.pass(3);
      }
      wire.pass(65);
    },
  },
  {
    name: 'a message on its way when the stream was closed',
    tell(wire) {
      const one = shake(wire.client(), ref(1));
      one.post('tools/call');
      one.close();
      one.post('notifications/cancelled', GONE);
      wire.pass(65);
    },
  },
  {
    name: 'many sessions that ended with their streams: nothing is left behind',
    tell(wire) {
      for (let i = 1; i <= 15; i++) {
        const one = shake(wire.client(`client ${i}`), ref(i));
        one.post('tools/call');
        wire.pass(61 + 23 * i);
        one.close();
      }
      wire.pass(700);
    },
  },
  {
    name: 'the handshake carries the id, as it must',
    tell(wire) {
      const client = wire.client();
      client.post('initialize', ref(1), GONE);
      shake(client, ref(2)).post('tools/call');
      wire.pass(65);
    },
  },
];

describe('on HTTP+SSE', () => {
  it.each(faulty)('$fault is told: $name', ({ fault, ...script }) => {
    expect(faultsFound(tell(script))).toEqual([fault]);
  });

  it.each(quiet)('nothing is told: $name', (script) => {
    expect(faultsFound(tell(script))).toEqual([]);
  });

  it('a stream that is over begins no session', () => {
    const observer = tell({
      name: 'a message comes after the end of a stream to which nothing was posted',
      tell(wire) {
        const one = open(wire.client(), ref(1));
        one.close();
        one.post('tools/call');
      },
    });
    expect(observer.sessions.session(ref(1))?.bornAt).toBe(0);
  });
});
