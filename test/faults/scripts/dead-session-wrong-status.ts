import { DEAD_400, DEAD_401, DEAD_404, MISSING_400, type FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'dead-session-wrong-status',
  faulty: [
    {
      name: 'the session map of the TypeScript example answers 400 after a restart (typescript-sdk#389)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_400);
      },
    },
    {
      name: 'rmcp 0.16 answers 401 (rust-sdk#689)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        wire.pass(60);
        client.post('tools/call', session, DEAD_401);
      },
    },
    {
      name: 'an id never seen here is answered 400 in the words for a dead one: the watch began after a restart',
      tell(wire) {
        wire.client().post('tools/call', 'feedfacecafe', DEAD_400);
      },
    },
    {
      name: 'once known dead by its own DELETE, the id is answered 500 without a word',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.delete(session, { status: 204 });
        client.post('ping', session, { status: 500 });
      },
    },
  ],
  quiet: [
    {
      name: '404, by the book',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        wire.pass(60);
        client.post('tools/call', session, DEAD_404);
        client.initialize();
      },
    },
    {
      name: 'no id was sent: 400 is right',
      tell(wire) {
        const client = wire.client();
        client.post('tools/call', undefined, MISSING_400);
      },
    },
    {
      name: 'the version header was wrong: 400 is right (xiaohongshu-mcp#697)',
      also: ['protocol-version-mismatch'],
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, { status: 400, bodyClass: 'version', errorUnaddressed: true });
      },
    },
    {
      name: 'the first server/discover of a dual-era client is refused with 400, and it falls back',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, {
          era: 'sessionless',
          protocolVersion: '2026-07-28',
          status: 400,
          bodyClass: 'session-dead-ambiguous',
        });
        const session = client.initialize();
        client.post('tools/list', session);
      },
    },
    {
      name: 'behind a modern header 404 is an unknown method',
      tell(wire) {
        wire.client().post('other', 'feedfacecafe', {
          era: 'sessionless',
          protocolVersion: '2026-07-28',
          status: 404,
          bodyClass: 'method-missing',
        });
      },
    },
    {
      name: 'GET and DELETE of a live session are answered 405: there is no stream, and no DELETE',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.get(session, { status: 405 });
        client.delete(session, { status: 405 });
        client.post('tools/call', session);
      },
    },
    {
      name: 'a draining server answers 503 with Retry-After',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, { status: 503, retryAfter: true, bodyClass: 'other' });
        client.post('tools/call', session);
      },
    },
    {
      name: 'a draining server says so with 503, Retry-After and a closing session',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, { status: 503, retryAfter: true, bodyClass: 'session-dead' });
        client.initialize();
      },
    },
    {
      name: 'the token expired: 401 with WWW-Authenticate, and initialize is refused as well',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session, { status: 401, challenged: true });
        client.initialize({ status: 401, challenged: true });
      },
    },
    {
      name: 'a broken body is answered 400 with a parse error',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('other', session, { status: 400, bodyClass: 'parse' });
      },
    },
  ],
};
