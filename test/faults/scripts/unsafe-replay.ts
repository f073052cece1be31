import { SILENT, type Answer, type FaultScripts, type ScriptClient } from '../script.ts';

/** Two calls that differ in tool or arguments have different digests; a hook leaves them out where no call is cut off. */
const ORDER: Answer = { callDigest: '0d0d0d0d0d0d' };
const REFUND: Answer = { callDigest: '4e4e4e4e4e4e' };

/** The server has begun to answer, and the client is gone. */
const CUT: Answer = { ...ORDER, ending: 'aborted', took: 4000 };

/** A session that began beside the watch. */
const ELSEWHERE = '00000000e15e';

const DEAD_404: Answer = { status: 404, bodyClass: 'session-dead', errorUnaddressed: true };

/** A call breaks off, and the client reconnects. */
function cutOff(client: ScriptClient, answer: Answer = CUT): string {
  client.post('tools/call', client.initialize(), answer);
  return client.initialize();
}

export const scripts: FaultScripts = {
  fault: 'unsafe-replay',
  faulty: [
    {
      name: 'the connection breaks, and the client sends the call again (simonx1/ruby-mcp-client#209)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client), ORDER);
      },
    },
    {
      name: 'the server answers 500 after it has begun, and the call comes again',
      // Who wrote the 500, the server or a gateway before it, a client does not see.
      hiddenFromClients: true,
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client, { ...ORDER, status: 500, bodyClass: 'other' }), ORDER);
      },
    },
    {
      name: 'a gateway gives up waiting, and sends it once more (mcp-context-forge#5393)',
      vantage: 'proxy',
      hiddenFromClients: true,
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client, { ...ORDER, status: 504, took: 30_000 }), ORDER);
      },
    },
    {
      name: 'a client that was cut off behind the head sends it again in a new session',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        const opened = { ...SILENT, kind: 'post', openedAt: wire.now } as const;
        client.post('tools/call', cutOff(client, { ...CUT, ending: 'reset', stream: opened }), ORDER);
      },
    },
    {
      name: 'the repeat is cut off as well',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client), CUT);
      },
    },
    {
      name: 'it comes 59.9 s later',
      below: 'windowMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, CUT);
        wire.pass(59.8);
        client.post('tools/call', client.initialize(), ORDER);
      },
    },
    {
      name: 'another call comes in between',
      tell(wire) {
        const client = wire.client();
        const next = cutOff(client);
        client.post('tools/call', next, REFUND);
        client.post('tools/call', next, ORDER);
      },
    },
  ],
  quiet: [
    {
      name: 'a pure 404 before anything is dispatched: to repeat it is safe, and right',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, { ...DEAD_404, ...ORDER });
        client.post('tools/call', client.initialize(), ORDER);
      },
    },
    {
      name: 'the repeat meets a dead session, and so was never dispatched',
      tell(wire) {
        const client = wire.client();
        const next = cutOff(client);
        client.post('tools/call', next, { ...DEAD_404, ...ORDER });
        client.initialize();
      },
    },
    {
      name: 'no head was ever sent: whether it had begun is unknown',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client, { ...CUT, status: 0 }), ORDER);
      },
    },
    {
      name: 'a client gets a 500, which a gateway may have written',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client, { ...ORDER, status: 500, bodyClass: 'other' }), ORDER);
      },
    },
    {
      name: 'the connection of a client broke after the request was sent, and before a head came',
      vantage: 'client',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client, { ...ORDER, status: 0, ending: 'reset' }), ORDER);
      },
    },
    {
      name: '503: the server says that it did not begin',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client, { ...ORDER, status: 503, retryAfter: true }), ORDER);
      },
    },
    {
      name: 'the model calls twice, and nothing broke in between',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', client.initialize());
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'after the break the client calls something else',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', cutOff(client), REFUND);
      },
    },
    {
      name: 'it comes 60.1 s later',
      above: 'windowMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, CUT);
        wire.pass(60.1);
        client.post('tools/call', client.initialize(), ORDER);
      },
    },
    {
      name: 'the same call in a session that was there before: another window of the program',
      tell(wire) {
        const client = wire.client();
        const other = client.initialize();
        wire.pass(5);
        client.post('tools/call', client.initialize(), CUT);
        client.post('tools/call', other, ORDER);
      },
    },
    {
      name: 'the same call again in the same session: the session was not lost',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, CUT);
        client.post('tools/call', session, ORDER);
      },
    },
    {
      name: 'somebody else makes the same call',
      tell(wire) {
        cutOff(wire.client('one'));
        const other = wire.client('another');
        other.post('tools/call', other.initialize(), ORDER);
      },
    },
    {
      name: 'the server was restarted, and nobody knows when the new session began',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', client.initialize(), CUT);
        client.post('tools/call', ELSEWHERE, ORDER);
        client.post('tools/call', ELSEWHERE);
      },
    },
  ],
};
