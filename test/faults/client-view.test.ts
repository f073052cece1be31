import { describe, expect, it } from 'vitest';
import type { Exchange, Reference } from '../../src/exchange/index.ts';
import { catalogue, isJudged, type Fault } from '../../src/faults/index.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../src/observer.ts';
import { faultsFound, tell, type Script } from './script.ts';
import { allScripts } from './scripts/index.ts';

/** What a hook in a client cannot know of a request: whether a page would have been shown the answer. */
const UNKNOWN: Partial<Exchange> = { fromBrowser: false, exposesSession: false };

/**
 * The faults that the clients of a story find, when each is a program of its own with a hook in it: every one sees
 * what it sends and gets itself, and nothing else.
 */
function foundByClients(script: Script): Set<string> {
  const programs = new Map<Reference, Observer>();
  const owners = new Map<Reference, Observer>();
  let seconds = 0;
  const inClients = (options: ObserverOptions): Observer => ({
    ...createObserver(options),
    exchange(exchange) {
      const program = programs.get(exchange.client) ?? createObserver(options);
      programs.set(exchange.client, program);
      for (const session of [exchange.sessionSent, exchange.sessionGiven])
        if (session !== undefined && !owners.has(session)) owners.set(session, program);
      program.refresh();
      program.exchange({ ...exchange, ...UNKNOWN });
    },
    streamOpened: (stream) => owners.get(stream.session ?? '')?.streamOpened(stream),
    // Some stories have hundreds of clients.
    refresh: () => void (++seconds % 5 === 0 && refreshAll()),
  });
  const refreshAll = (): void => programs.forEach((program) => program.refresh());
  tell({ ...script, vantage: 'client' }, {}, undefined, inClients);
  refreshAll();
  return new Set([...programs.values()].flatMap(faultsFound));
}

/** For stories with hundreds of clients, each with an observer, ms. */
const LONG = 30_000;

const judgedInClients = new Set(
  catalogue.filter(({ vantages }: Fault) => vantages.includes('client')).map(({ id }) => id),
);

/** Of the faults of a story those that are judged in clients. */
function expectedIn({ hiddenFromClients = false }: Script, faults: readonly string[]): Set<string> {
  return new Set(hiddenFromClients ? [] : faults.filter((id) => judgedInClients.has(id)));
}

describe.each([...allScripts])('a client by itself and $fault', ({ fault, faulty, quiet }) => {
  it.each([...faulty])(
    '$name',
    (script) => {
      expect(foundByClients(script)).toEqual(expectedIn(script, [fault, ...(script.also ?? [])]));
    },
    LONG,
  );

  it.each([...quiet])(
    'quiet: $name',
    (script) => {
      expect(foundByClients(script)).toEqual(expectedIn(script, script.also ?? []));
    },
    LONG,
  );
});

describe('a fault that is judged in clients', () => {
  const inClients = catalogue.filter(isJudged).filter(({ id }) => judgedInClients.has(id));

  it.each(inClients)('has a story that a client can tell: $id', ({ id }) => {
    const scripts = allScripts.find(({ fault }) => fault === id)?.faulty ?? [];
    expect(scripts.filter(({ hiddenFromClients = false }) => !hiddenFromClients)).not.toEqual([]);
  });
});

describe('three sessions of one program', () => {
  // They expired, each by itself, while the machine slept.
  const slept: Script = {
    name: 'die together in a laptop that wakes up',
    tell(wire) {
      const client = wire.client();
      const sessions = [client.initialize(), client.initialize(), client.initialize()];
      for (const session of sessions) client.post('tools/call', session);
      wire.pass(7200);
      for (const session of sessions) {
        client.post('tools/call', session, { status: 404, bodyClass: 'session-dead' });
        client.post('tools/call', client.initialize());
      }
    },
  };

  it('that were found dead together need not have met a restart', () => {
    const observer = tell({ ...slept, vantage: 'client' });
    expect(faultsFound(observer)).toEqual([]);
    const causes = [...observer.sessions.sessions()].flatMap(({ trouble }) => trouble?.cause ?? []);
    expect(causes).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('would be taken for all there are by a server', () => {
    expect(faultsFound(tell(slept))).toEqual(['restart-amnesia']);
  });
});
