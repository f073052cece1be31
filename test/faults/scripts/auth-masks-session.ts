import { DEAD_401, DEAD_404, type Answer, type FaultScripts } from '../script.ts';

const REFUSED: Answer = { status: 401, bodyClass: 'other', challenged: true };

export const scripts: FaultScripts = {
  fault: 'auth-masks-session',
  faulty: [
    {
      name: 'refused with a challenge, then the same token opens a new session (punkpeye/mcp-proxy#108)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, REFUSED);
        wire.pass(20);
        client.initialize();
      },
    },
    {
      name: 'a 401 that says the session is gone, and a new one for the same caller (rust-sdk#689)',
      also: ['dead-session-wrong-status'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_401);
        wire.pass(5);
        client.initialize();
      },
    },
    {
      name: 'the token was refreshed in mid-session, and the refreshed one is refused when the session is gone',
      tell(wire) {
        const client = wire.client();
        const refreshed = { principal: wire.observer.references.of('refreshed token') };
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, refreshed);
        wire.pass(60);
        client.post('tools/call', session, { ...REFUSED, ...refreshed });
        wire.pass(5);
        client.initialize(refreshed);
      },
    },
    {
      name: 'refused with 403, and the client begins anew within two minutes',
      below: 'table.authProofMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, { status: 403, bodyClass: 'other' });
        wire.pass(119);
        client.initialize();
      },
    },
  ],
  quiet: [
    {
      name: 'the token expired: initialize with it is refused too, and a fresh one is accepted',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, REFUSED);
        client.initialize(REFUSED);
        wire.pass(10);
        client.initialize({ principal: wire.observer.references.of('fresh token') });
      },
    },
    {
      name: "another user's credential is rightly refused on a session that is not theirs",
      tell(wire) {
        const owner = wire.client('owner');
        const session = owner.initialize();
        const other = wire.client('other');
        other.post('tools/call', session, { status: 403, bodyClass: 'other' });
        other.initialize();
        owner.post('tools/call', session);
      },
    },
    {
      name: 'anybody may look, and calls need a login: the session is fine',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/list', session);
        client.post('tools/call', session, REFUSED);
        wire.pass(20);
        client.initialize();
      },
    },
    {
      name: 'refused for its scope with a challenge, and the person reconnects',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, { status: 403, bodyClass: 'other', challenged: true });
        wire.pass(20);
        client.initialize();
      },
    },
    {
      name: 'refused for its scope, the session lives on',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, { status: 403, bodyClass: 'other' });
        client.post('tools/list', session);
        wire.pass(5);
        client.initialize();
      },
    },
    {
      name: 'accepted only after more than two minutes: the login may have been mended meanwhile',
      above: 'table.authProofMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        client.post('tools/call', session, REFUSED);
        wire.pass(121);
        client.initialize();
      },
    },
    {
      name: 'a 404 is no refusal',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, DEAD_404);
        client.initialize();
      },
    },
  ],
};
