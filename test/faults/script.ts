import type {
  ClientFamily,
  Exchange,
  Reference,
  RpcMethod,
  StreamFacts,
  Vantage,
} from '../../src/exchange/index.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../src/observer.ts';
import { anExchange } from '../support/an-exchange.ts';

/** A story of requests and answers on a virtual clock, and what it shows. */
export interface Script {
  readonly name: string;
  /** Further faults that the script rightly raises. */
  readonly also?: readonly string[];
  /** Where the watch stands. Default: in the server. */
  readonly vantage?: Vantage;
  /** The names of its targets. Default: one, called `default`. */
  readonly targets?: readonly string[];
  /** A client has no way to tell this story from a harmless one. */
  readonly hiddenFromClients?: boolean;
  /**
   * The thresholds that the story lies just below, or just above: moved past it, each of them turns the verdict.
   * Those of the session table are written `table.<name>`.
   */
  readonly below?: string | readonly string[];
  readonly above?: string | readonly string[];
  /** After how many seconds from the end of the story its case closes, when nothing more happens. */
  readonly closesAfter?: number;
  readonly tell: (wire: Wire) => void;
}

/** The scripts of one fault: `faulty` ones must raise it, `quiet` ones must raise no fault at all. */
export interface FaultScripts {
  readonly fault: string;
  readonly faulty: readonly Script[];
  readonly quiet: readonly Script[];
  /** Stories that are there for a threshold alone, and need no alert, no look-alike and no end. */
  readonly edges?: readonly Script[];
}

/** What an answer looks like; everything left out is an ordinary success. */
export type Answer = Partial<Exchange> & { readonly took?: number };

/** One client on the wire. */
export interface ScriptClient {
  /** An initialize without an id; answers the reference it was given. */
  handshake(answer?: Answer): Reference;
  /** The whole handshake: when the initialize succeeds, notifications/initialized follows. */
  initialize(answer?: Answer): Reference;
  post(method: RpcMethod, session: Reference | undefined, answer?: Answer): void;
  get(session: Reference | undefined, answer?: Answer): void;
  /** Opens a listening stream, which the returned function closes. */
  listen(session: Reference, facts?: Partial<StreamFacts>): (answer?: Answer) => void;
  delete(session: Reference, answer?: Answer): void;
}

/** The virtual wire: a clock, clients, and the observer that listens. */
export interface Wire {
  readonly observer: Observer;
  readonly now: number;
  /** Lets time pass; the observer is refreshed each second, as its timer does. */
  pass(seconds: number): void;
  /** Whoever speaks to one target, by default `default`; the same name at another target is the same program. */
  client(name?: string, family?: ClientFamily, target?: string): ScriptClient;
  /** Sets what the watched process holds in memory, in bytes. Default 0. */
  hold(bytes: number): void;
}

/** Real answers of real servers, as the classifier sees them. */
export const DEAD_404: Answer = { status: 404, bodyClass: 'session-dead', errorUnaddressed: true };
export const DEAD_400: Answer = { status: 400, bodyClass: 'session-dead-ambiguous', errorUnaddressed: true };
export const DEAD_401: Answer = { status: 401, bodyClass: 'session-dead', errorUnaddressed: true };
export const MISSING_400: Answer = { status: 400, bodyClass: 'session-missing', errorUnaddressed: true };

/** A listening stream on which nothing happens. */
export const SILENT: StreamFacts = {
  kind: 'get',
  openedAt: 0,
  carriedData: false,
  retryHint: false,
  eventIds: false,
  lastWriteAt: 0,
};

/** A clock that starts where the golden files do. */
export const START = Date.UTC(2026, 0, 5, 3, 0, 0);

/** Tells a script to a fresh observer; `onRefresh` sees it after every second of the story. */
export function tell(
  script: Script,
  options: ObserverOptions = {},
  onRefresh: (wire: Wire) => void = () => {},
  makeObserver: (options: ObserverOptions) => Observer = createObserver,
): Observer {
  const errors: unknown[] = [];
  const { targets = options.targets } = script;
  const wire = createWire(
    script.vantage ?? 'server',
    {
      ...options,
      ...(targets === undefined ? {} : { targets }),
      onError: (_stage, error) => errors.push(error),
    },
    onRefresh,
    makeObserver,
  );
  script.tell(wire);
  wire.pass(1);
  if (errors.length > 0) throw new AggregateError(errors, `${script.name}: the observer failed`);
  return wire.observer;
}

/** The ids of the faults found, in order of their onset and without repeats. */
export function faultsFound(observer: Observer): string[] {
  const cases = [...observer.cases.closed(), ...observer.cases.open()];
  return [...new Set(cases.toSorted((a, b) => a.openedAt - b.openedAt).map((found) => found.fault.id))];
}

function createWire(
  vantage: Vantage,
  options: ObserverOptions,
  onRefresh: (wire: Wire) => void,
  makeObserver: (options: ObserverOptions) => Observer,
): Wire {
  let now = START;
  let issued = 0;
  let held = 0;
  const observer = makeObserver({
    key: 'scripts',
    vantages: [vantage],
    now: () => now,
    memory: () => held,
    ...options,
  });
  const { references } = observer;

  function exchange(client: string, family: ClientFamily, target: string, facts: Answer): void {
    const { took = 5, ...rest } = facts;
    const startedAt = now;
    now += took;
    const who = references.of(client);
    // A hook tells a stream when it opens, and once more with its exchange.
    if (rest.stream?.kind === 'post') {
      const { openedAt } = rest.stream;
      observer.streamOpened({
        vantage,
        target,
        kind: 'post',
        session: rest.sessionSent,
        at: openedAt,
      });
    }
    observer.exchange(
      anExchange({ vantage, target, client: who, principal: who, family, startedAt, endedAt: now, ...rest }),
    );
  }

  const wire: Wire = {
    observer,
    get now() {
      return now;
    },
    pass(seconds) {
      const until = now + seconds * 1000;
      while (now < until) {
        now = Math.min(until, now + 1000);
        observer.refresh();
        onRefresh(wire);
      }
    },
    hold: (bytes) => void (held = bytes),
    client(name = 'somebody', family = 'other', target = 'default') {
      return {
        handshake(answer = {}) {
          const given = references.of(`session ${++issued}`);
          exchange(name, family, target, {
            httpMethod: 'POST',
            rpcMethods: ['initialize'],
            sessionGiven: answer.status === undefined || answer.status < 300 ? given : undefined,
            ...answer,
          });
          return given;
        },
        initialize(answer = {}) {
          const session = this.handshake(answer);
          const succeeded = answer.status === undefined || answer.status < 300;
          if (succeeded) this.post('notifications/initialized', session, { status: 202 });
          return session;
        },
        post: (method, session, answer) =>
          exchange(name, family, target, {
            httpMethod: 'POST',
            rpcMethods: [method],
            sessionSent: session,
            ...answer,
          }),
        get(session, answer) {
          const at = answer?.stream?.openedAt;
          if (at !== undefined) observer.streamOpened({ vantage, target, kind: 'get', session, at });
          exchange(name, family, target, {
            httpMethod: 'GET',
            rpcMethods: [],
            sessionSent: session,
            ...answer,
          });
        },
        listen(session, facts = {}) {
          const openedAt = now;
          observer.streamOpened({ vantage, target, kind: 'get', session, at: now });
          return (answer = {}) => {
            const stream: StreamFacts = { ...SILENT, openedAt, lastWriteAt: openedAt, ...facts };
            const took = now - openedAt;
            now = openedAt;
            exchange(name, family, target, {
              httpMethod: 'GET',
              rpcMethods: [],
              sessionSent: session,
              ending: 'aborted',
              stream,
              took,
              ...answer,
            });
          };
        },
        delete: (session, answer) =>
          exchange(name, family, target, {
            httpMethod: 'DELETE',
            rpcMethods: [],
            sessionSent: session,
            ...answer,
          }),
      };
    },
  };
  return wire;
}
