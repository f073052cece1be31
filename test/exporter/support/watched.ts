import type { Exchange } from '../../../src/exchange/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { anExchange } from '../../support/an-exchange.ts';

/** An observer whose clock the test moves, and to which it tells exchanges that take 10 ms each. */
export interface Watched {
  readonly observer: Observer;
  readonly tell: (facts: Partial<Exchange>) => void;
  readonly wait: (ms: number) => void;
}

/** The moment at which every test begins. */
export const START = 1_700_000_000_000;

/** Makes a {@link Watched}. */
export function watched(targets: readonly string[] = ['default']): Watched {
  let now = START;
  const observer = createObserver({ now: () => now, memory: () => 0, targets, key: 'a key of the tests' });
  return {
    observer,
    tell(facts) {
      const startedAt = now;
      now += 10;
      observer.exchange(anExchange({ startedAt, endedAt: now, ...facts }));
    },
    wait(ms) {
      now += ms;
      observer.refresh();
    },
  };
}

/** A session is begun, used, lost, and then refused with a status. */
export function loseSession(
  { tell }: Watched,
  session: string,
  status: number,
  facts: Partial<Exchange> = {},
): void {
  tell({ rpcMethods: ['initialize'], sessionGiven: session, ...facts });
  tell({ rpcMethods: ['tools/call'], sessionSent: session, ...facts });
  refuse({ tell }, session, status, facts);
}

/** A request with a dead id is refused. */
export function refuse(
  { tell }: Pick<Watched, 'tell'>,
  session: string,
  status: number,
  facts: Partial<Exchange> = {},
): void {
  tell({
    rpcMethods: ['tools/call'],
    sessionSent: session,
    status,
    bodyClass: 'session-dead',
    errorUnaddressed: true,
    ...facts,
  });
}
