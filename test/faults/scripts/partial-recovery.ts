import type { RpcMethod } from '../../../src/exchange/index.ts';
import { DEAD_404, type FaultScripts, type Script } from '../script.ts';

/** A session is lost with a request, and the client has a new one `recovered` seconds later. */
const lostWith = (
  name: string,
  story: { readonly method: RpcMethod; readonly recovered: number; readonly repeated?: number },
  edge: Pick<Script, 'below' | 'above' | 'closesAfter'> = {},
): Script => ({
  name,
  ...edge,
  tell(wire) {
    const client = wire.client();
    const session = client.initialize();
    client.post('tools/call', session);
    wire.pass(60);
    client.post(story.method, session, DEAD_404);
    wire.pass(story.recovered);
    const next = client.initialize();
    client.post('tools/call', next);
    if (story.repeated !== undefined) {
      wire.pass(story.repeated);
      client.post(story.method, next);
    }
    wire.pass(60);
  },
});

export const scripts: FaultScripts = {
  fault: 'partial-recovery',
  faulty: [
    lostWith(
      'resources/read is lost on the way, and the next call is fine (claude-code#95018)',
      {
        method: 'resources/read',
        recovered: 0.06,
      },
      { closesAfter: 570 },
    ),
    lostWith(
      'a listing is lost, and the client begins anew just within the 30 s',
      {
        method: 'tools/list',
        recovered: 29,
      },
      { below: 'recoveryMs' },
    ),
    lostWith(
      'the read is repeated only after the 30 s, when a person asked again',
      {
        method: 'resources/read',
        recovered: 1,
        repeated: 31,
      },
      { above: 'repeatMs' },
    ),
  ],
  quiet: [
    lostWith('a call that may write is rightly not repeated', { method: 'tools/call', recovered: 0.06 }),
    lostWith('the read is repeated at once', { method: 'resources/read', recovered: 0.06, repeated: 0 }),
    lostWith(
      'the read is repeated just within the 30 s',
      {
        method: 'resources/read',
        recovered: 1,
        repeated: 29,
      },
      { below: 'repeatMs' },
    ),
    lostWith(
      'a lazy client begins anew at its next use: nobody waits for the old answer',
      {
        method: 'resources/read',
        recovered: 31,
      },
      { above: 'recoveryMs' },
    ),
    {
      name: 'what was refused is no request: a stream that is opened again',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.get(session, DEAD_404);
        const next = client.initialize();
        client.post('tools/call', next);
        wire.pass(60);
      },
    },
    {
      name: 'a heartbeat is refused: there is nothing to repeat',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/list', session);
        wire.pass(60);
        client.post('ping', session, DEAD_404);
        const next = client.initialize();
        client.post('tools/call', next);
        wire.pass(60);
      },
    },
  ],
};
