import type { Answer, FaultScripts, ScriptClient, Wire } from '../script.ts';

const REFUSED: Answer = { status: 401, challenged: true };

/** The same credential is refused `count` times, with `pause` seconds after each. */
function refused(
  wire: Wire,
  client: ScriptClient,
  session: string | undefined,
  count: number,
  pause: number,
): void {
  for (let i = 0; i < count; i++) {
    client.post('tools/call', session, REFUSED);
    wire.pass(pause);
  }
}

export const scripts: FaultScripts = {
  fault: 'auth-loop',
  faulty: [
    {
      name: 'the token has expired, and is sent on six times a minute (1mcp-app/agent#425)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        refused(wire, client, session, 60, 10);
      },
    },
    {
      name: 'five within ten minutes',
      above: 'refusals',
      below: 'windowMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        refused(wire, client, session, 5, 146);
      },
    },
    {
      name: 'the handshake itself is refused, again and again',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        for (let i = 0; i < 8; i++) {
          client.handshake(REFUSED);
          wire.pass(50);
        }
      },
    },
    {
      name: 'a little longer than a login takes',
      above: 'loginMs',
      closesAfter: 556,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        refused(wire, client, session, 8, 44);
      },
    },
  ],
  quiet: [
    {
      name: 'a scanner without a token, which never got in',
      tell: (wire) => refused(wire, wire.client(), undefined, 60, 10),
    },
    {
      name: 'the login is under way: a person sits at the consent screen for nearly five minutes',
      below: 'loginMs',
      tell(wire) {
        const client = wire.client('with the old token');
        const session = client.initialize();
        client.post('tools/call', session);
        refused(wire, client, session, 8, 41);
        const renewed = wire.client('with the new token');
        renewed.post('tools/call', session);
        wire.pass(600);
      },
    },
    {
      name: 'each token is refused once, and a new one is fetched: the credential changes',
      tell(wire) {
        const session = wire.client('token 0').initialize();
        for (let i = 0; i < 8; i++) {
          const client = wire.client(`token ${i}`);
          client.post('tools/call', session);
          wire.pass(60);
          client.post('tools/call', session, REFUSED);
        }
      },
    },
    {
      name: 'four in ten minutes',
      below: 'refusals',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        refused(wire, client, session, 4, 110);
      },
    },
    {
      name: 'five, but never five within ten minutes',
      above: 'windowMs',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        refused(wire, client, session, 5, 155);
      },
    },
    {
      name: 'lacking a scope is another matter: 403',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        for (let i = 0; i < 10; i++) {
          client.post('tools/call', session, { status: 403, challenged: true });
          wire.pass(45);
        }
      },
    },
  ],
};
