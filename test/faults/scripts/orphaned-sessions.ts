import type { FaultScripts } from '../script.ts';

export const scripts: FaultScripts = {
  fault: 'orphaned-sessions',
  faulty: [
    {
      name: 'a product that never says DELETE leaves a session behind with every use (claude-code#56456)',
      tell(wire) {
        for (let i = 0; i < 12; i++) {
          const client = wire.client(`user ${i}`, 'claude-code');
          const session = client.initialize();
          client.post('tools/call', session);
          wire.pass(30);
        }
        wire.pass(620);
      },
    },
  ],
  quiet: [
    {
      name: 'nine idle sessions are not yet a heap',
      tell(wire) {
        for (let i = 0; i < 9; i++) wire.client(`user ${i}`).initialize();
        wire.pass(900);
      },
    },
    {
      name: 'every session is ended with DELETE',
      tell(wire) {
        for (let i = 0; i < 30; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          client.post('tools/call', session);
          client.delete(session, { status: 204 });
          wire.pass(30);
        }
        wire.pass(620);
      },
    },
    {
      name: 'most sessions are ended, and crashes leave some behind',
      tell(wire) {
        for (let i = 0; i < 20; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          if (i < 5) client.delete(session, { status: 204 });
          wire.pass(5);
        }
        wire.pass(620);
      },
    },
    {
      name: 'quiet desktop programs listen on their streams',
      tell(wire) {
        const closers: (() => void)[] = [];
        for (let i = 0; i < 15; i++) {
          const client = wire.client(`user ${i}`);
          closers.push(client.listen(client.initialize()));
          wire.pass(1);
        }
        wire.pass(1800);
        for (const close of closers) close();
      },
    },
    {
      name: 'twelve idle beside seven in use: people at lunch',
      tell(wire) {
        const sessions = Array.from({ length: 19 }, (_, i) => {
          const client = wire.client(`user ${i}`);
          return { client, session: client.initialize() };
        });
        for (let minute = 0; minute < 15; minute++) {
          for (const { client, session } of sessions.slice(12)) client.post('tools/call', session);
          wire.pass(60);
        }
      },
    },
  ],
};
