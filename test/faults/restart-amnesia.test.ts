import { describe, expect, it } from 'vitest';
import { DEAD_404, tell } from './script.ts';

describe('restart-amnesia', () => {
  it('is told of the families that lost sessions, and of no other', () => {
    const observer = tell({
      name: 'one family is at work when the server restarts, another comes later',
      tell(wire) {
        const users = Array.from({ length: 4 }, (_, i) => {
          const client = wire.client(`user ${i}`, 'cursor');
          return { client, session: client.initialize() };
        });
        wire.pass(60);
        for (const { client, session } of users) client.post('tools/call', session, DEAD_404);
        wire.pass(5);
        wire.client('later', 'zed').initialize();
        wire.pass(5);
      },
    });
    const told = [...observer.cases.open()].filter(({ fault }) => fault.id === 'restart-amnesia');
    expect(told.map(({ family }) => family)).toEqual(['cursor']);
  });
});
