import type { Exchange } from '../../../src/exchange/index.ts';
import type { FaultScripts, Wire } from '../script.ts';

const token = (wire: Wire, name: string): Partial<Exchange> => ({
  principal: wire.observer.references.of(name),
});

export const scripts: FaultScripts = {
  fault: 'cross-principal-session',
  faulty: [
    {
      name: 'two people take turns on one session (mailpouch#264)',
      tell(wire) {
        const session = wire.client('owner').initialize();
        for (let i = 0; i < 3; i++) {
          wire.client('owner').post('tools/call', session);
          wire.pass(5);
          wire.client('stranger').post('tools/call', session);
          wire.pass(5);
        }
      },
    },
    {
      name: 'a stranger in between, once',
      closesAfter: 600,
      tell(wire) {
        const owner = wire.client('owner');
        const session = owner.initialize();
        owner.post('tools/call', session);
        wire.pass(60);
        wire.client('stranger').post('tools/list', session);
        wire.pass(60);
        owner.post('tools/call', session);
      },
    },
  ],
  quiet: [
    {
      name: 'the token is refreshed every few minutes',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 5; i++) {
          client.post('tools/call', session, token(wire, `token ${i}`));
          wire.pass(300);
          client.post('tools/call', session, token(wire, `token ${i}`));
        }
      },
    },
    {
      name: 'the token is refreshed while a call is on its way',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        client.post('tools/call', session);
        const startedAt = wire.now;
        wire.pass(5);
        client.post('tools/call', session, token(wire, 'refreshed'));
        client.post('tools/call', session, { startedAt });
        client.post('tools/call', session, token(wire, 'refreshed'));
      },
    },
    {
      name: 'a stranger is turned away',
      tell(wire) {
        const owner = wire.client('owner');
        const session = owner.initialize();
        owner.post('tools/call', session);
        for (let i = 0; i < 3; i++) {
          wire.client('stranger').post('tools/call', session, { status: 403, bodyClass: 'other' });
          owner.post('tools/call', session);
          wire.pass(5);
        }
      },
    },
    {
      name: 'one account, many addresses: a service in the cloud',
      tell(wire) {
        const account = token(wire, 'account');
        const session = wire.client('address 0').handshake(account);
        wire.client('address 1').post('notifications/initialized', session, { status: 202, ...account });
        for (let i = 1; i < 10; i++) wire.client(`address ${i % 3}`).post('tools/call', session, account);
      },
    },
    {
      name: 'two people, two sessions',
      tell(wire) {
        const one = wire.client('one');
        const two = wire.client('two');
        const first = one.initialize();
        const second = two.initialize();
        for (let i = 0; i < 5; i++) {
          one.post('tools/call', first);
          two.post('tools/call', second);
        }
      },
    },
  ],
};
