import { MISSING_400, type Answer, type FaultScripts } from '../script.ts';

const PAGE: Answer = { fromBrowser: true };
const SHOWN: Answer = { fromBrowser: true, exposesSession: true };

export const scripts: FaultScripts = {
  fault: 'session-header-stripped',
  faulty: [
    {
      name: 'a page may not read the id, and its next request goes without (typescript-sdk#852)',
      closesAfter: 600,
      tell(wire) {
        const page = wire.client('page');
        page.handshake(PAGE);
        page.post('notifications/initialized', undefined, { ...MISSING_400, ...PAGE });
      },
    },
    {
      name: 'the listening stream of the page is the first to be refused (python-sdk#1135)',
      tell(wire) {
        const page = wire.client('page');
        page.handshake(PAGE);
        wire.pass(2);
        page.get(undefined, { ...MISSING_400, ...PAGE });
        page.post('tools/list', undefined, { ...MISSING_400, ...PAGE });
      },
    },
    {
      name: 'the next request comes 59 s later',
      below: 'windowMs',
      tell(wire) {
        const page = wire.client('page');
        page.handshake(PAGE);
        wire.pass(59);
        page.post('tools/list', undefined, { ...MISSING_400, ...PAGE });
      },
    },
  ],
  quiet: [
    {
      name: 'the next request comes 61 s later: the page may have been loaded anew',
      above: 'windowMs',
      tell(wire) {
        const page = wire.client('page');
        page.handshake(PAGE);
        wire.pass(61);
        page.post('tools/list', undefined, { ...MISSING_400, ...PAGE });
      },
    },
    {
      name: 'the id is exposed, and comes back',
      tell(wire) {
        const page = wire.client('page');
        const session = page.handshake(SHOWN);
        page.post('notifications/initialized', session, { status: 202, ...SHOWN });
        page.post('tools/call', session, SHOWN);
      },
    },
    {
      name: 'the id is exposed, and one request goes without it all the same',
      tell(wire) {
        const page = wire.client('page');
        const session = page.handshake(SHOWN);
        page.post('notifications/initialized', session, { status: 202, ...SHOWN });
        page.post('tools/list', undefined, { ...MISSING_400, ...SHOWN });
        page.post('tools/list', session, SHOWN);
      },
    },
    {
      name: 'an extension sends an Origin, and may read every header',
      tell(wire) {
        const extension = wire.client('extension');
        const session = extension.handshake(PAGE);
        extension.post('notifications/initialized', session, { status: 202, ...PAGE });
        extension.post('tools/call', session, PAGE);
      },
    },
    {
      name: 'a stateless server gives no id, and needs none',
      tell(wire) {
        const page = wire.client('page');
        page.handshake({ ...PAGE, sessionGiven: undefined });
        page.post('tools/list', undefined, PAGE);
        page.post('tools/call', undefined, PAGE);
      },
    },
    {
      name: 'the server gives an id and does not insist on it',
      tell(wire) {
        const page = wire.client('page');
        page.handshake(PAGE);
        page.post('tools/list', undefined, PAGE);
        page.post('tools/call', undefined, PAGE);
      },
    },
    {
      name: 'the page is closed after the handshake',
      tell(wire) {
        wire.client('page').handshake(PAGE);
        wire.pass(120);
      },
    },
    {
      name: 'no browser: the program forgets the id by itself, once',
      tell(wire) {
        const client = wire.client();
        client.handshake();
        client.post('tools/list', undefined, MISSING_400);
      },
    },
  ],
};
