import type { Reference } from '../../../src/exchange/index.ts';
import { DEAD_404, SILENT, type Answer, type FaultScripts, type ScriptClient, type Wire } from '../script.ts';

/** A stream with event ids is lost, and the client comes back for the rest. */
function resume(wire: Wire, client: ScriptClient, session: Reference, answer: Answer, eventIds = true): void {
  const close = client.listen(session, { carriedData: true, eventIds });
  wire.pass(20);
  close({ ending: 'reset' });
  wire.pass(2);
  client.get(session, { resumes: true, ...answer });
}

function begun(wire: Wire): { client: ScriptClient; session: Reference } {
  const client = wire.client();
  const session = client.initialize();
  client.post('tools/call', session);
  return { client, session };
}

export const scripts: FaultScripts = {
  fault: 'resume-failure',
  faulty: [
    {
      name: 'the server gives event ids and fails when one comes back (rust-sdk#689)',
      tell(wire) {
        const { client, session } = begun(wire);
        for (let i = 0; i < 3; i++)
          resume(wire, client, session, { status: 500, bodyClass: 'other', errorUnaddressed: true });
      },
    },
    {
      name: 'there is no event store: 400',
      closesAfter: 600,
      tell(wire) {
        const { client, session } = begun(wire);
        resume(wire, client, session, { status: 400, bodyClass: 'other', errorUnaddressed: true });
      },
    },
  ],
  quiet: [
    {
      name: 'the server never gave event ids: the client asks for what cannot be',
      tell(wire) {
        const { client, session } = begun(wire);
        const refused: Answer = { status: 400, bodyClass: 'other', errorUnaddressed: true };
        for (let i = 0; i < 3; i++) resume(wire, client, session, refused, false);
      },
    },
    {
      name: 'the stream goes on where it broke',
      tell(wire) {
        const { client, session } = begun(wire);
        resume(wire, client, session, {
          stream: { ...SILENT, openedAt: wire.now, carriedData: true, eventIds: true },
          took: 6000,
        });
        client.post('tools/call', session);
      },
    },
    {
      name: 'the session has died: 404 is right',
      tell(wire) {
        const { client, session } = begun(wire);
        resume(wire, client, session, DEAD_404);
        client.post('tools/call', client.initialize());
      },
    },
    {
      name: 'the token has expired meanwhile',
      tell(wire) {
        const { client, session } = begun(wire);
        resume(wire, client, session, { status: 401, bodyClass: 'other', challenged: true });
        client.post('tools/call', session, { principal: wire.observer.references.of('refreshed') });
      },
    },
    {
      name: 'the server drains: 503 with Retry-After',
      tell(wire) {
        const { client, session } = begun(wire);
        resume(wire, client, session, { status: 503, bodyClass: 'other', retryAfter: true });
        client.post('tools/call', session);
      },
    },
    {
      name: 'in the sessionless era the header is ignored, and GET is no method',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 3; i++) {
          client.get(undefined, {
            era: 'sessionless',
            protocolVersion: '2026-07-28',
            resumes: true,
            status: 405,
          });
        }
      },
    },
  ],
};
