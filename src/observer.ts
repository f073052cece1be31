import {
  createReferences,
  operationOf,
  sessionOfStream,
  type ConnectionChange,
  type Exchange,
  type Listener,
  type Operation,
  type Reference,
  type Stage,
  type StreamOpened,
  type TraceContext,
  type Refusal,
  type UpstreamChange,
  type Vantage,
} from './exchange/index.ts';
import {
  createCaseBook,
  type Case,
  type CaseBook,
  type Subject,
  type SubjectKind,
  type Surroundings,
  type ThresholdOverrides,
} from './faults/index.ts';
import {
  createSessionTable,
  isSound,
  isStirred,
  type Change,
  type SessionTable,
  type TableOptions,
} from './session/index.ts';
import { createCounts, createSinks, createToldOnce, type Counts, type Sink } from './signals/index.ts';
import { createTally } from './signals/tally.ts';
import { VERSION } from './version.ts';

/** How {@link createObserver} watches. Every option has a default. */
export interface ObserverOptions {
  /** The vantages whose hooks will report. Default: `['server']`. Series of others do not exist. */
  readonly vantages?: readonly Vantage[];
  /** The names a target may have; any other is told as `other`. Default: `['default']`. */
  readonly targets?: readonly string[];
  /** The tools told by name in the duration of operations; any other is told as `other`. Default: none. */
  readonly tools?: readonly string[];
  /** Key of the hash that stands for session ids; processes that share it tell the same session by the same reference. Default: random. */
  readonly key?: string | undefined;
  /** Limits of what is remembered. */
  readonly table?: TableOptions;
  /** Other values for the thresholds of faults, by fault id and name. */
  readonly thresholds?: ThresholdOverrides;
  /** The clock, in ms since the epoch. It must never go back. Default: the machine's, monotonic within the process. */
  readonly now?: () => number;
  /** The resident memory of the watched process, in bytes. Default: that of this one. */
  readonly memory?: () => number;
  /** Told of what fails inside; the watched program is never told. Default: nothing. */
  readonly onError?: ((stage: Stage, error: unknown) => void) | undefined;
}

/** The flow: exchanges in, sessions understood, faults judged, counts kept. Hooks report to it, sinks read it. */
export interface Observer extends Required<Omit<Listener, 'tracing'>>, Pick<Listener, 'tracing'> {
  readonly targets: readonly string[];
  readonly startedAt: number;
  readonly counts: Counts;
  readonly sessions: Pick<
    SessionTable,
    'session' | 'client' | 'target' | 'sessions' | 'cohorts' | 'openStreams' | 'sizes'
  >;
  readonly cases: Pick<CaseBook, 'open' | 'closed' | 'size'>;
  /** Lets time pass: what only silence can show is judged, and gauges are brought up to date. */
  readonly refresh: () => void;
  /** Tells `sink` of things as they happen; answers a function that stops that. */
  attach(sink: Sink): () => void;
  /** Calls `listener` at every onset and end of a fault; answers a function that stops that. */
  onCase(listener: (change: 'opened' | 'closed', subject: Case) => void): () => void;
}

/** Makes an {@link Observer}. Throws a RangeError for thresholds that do not exist. It holds no timer: see {@link Observer.refresh}. */
export function createObserver(options: ObserverOptions = {}): Observer {
  const { vantages = ['server'], targets = ['default'], tools = [], now = monotonicNow } = options;
  const { memory = () => process.memoryUsage.rss() } = options;
  const startedAt = now();
  const known = new Set(targets);
  const unlisted = targets.length === 1 ? (targets[0] as string) : 'other';
  const table = createSessionTable({ watchedSince: startedAt, ...options.table });
  const counts = createCounts({ vantages, targets, tools, version: VERSION });
  const sinks = createSinks(failed);
  const tally = createTally(counts, sinks);
  const cases = createCaseBook({
    ...(options.thresholds === undefined ? undefined : { thresholds: options.thresholds }),
    opened(begun) {
      tally.caseOpened(begun);
      sinks.caseOpened(begun, trace);
    },
    closed(ended) {
      tally.caseClosed(ended);
      sinks.caseClosed(ended, trace);
    },
    dropped: () => tally.dropped('cases'),
  });
  const toldOnce = createToldOnce();
  /** Where the operation stands that is taken in now. */
  let trace: TraceContext | undefined;

  function failed(stage: Stage, error: unknown): void {
    tally.failed(stage);
    try {
      options.onError?.(stage, error);
    } catch {
      // The error handler is the user's; there is nobody left to tell.
    }
  }

  function guarded(stage: Stage, run: () => void): void {
    try {
      run();
    } catch (error) {
      failed(stage, error);
    }
  }

  const lookup = {
    now: startedAt,
    session: table.session,
    idleSessions: table.idleSessions,
    listeners: table.listeners,
    isListening: table.isListening,
    target: table.target,
  };

  /** Always the same value, for no judge keeps it: one is needed with every exchange. */
  function around(at: number): Surroundings {
    lookup.now = at;
    return lookup;
  }

  function judge(kind: SubjectKind, ref: Reference, at: number): void {
    const subject = table[kind](ref);
    if (subject === undefined) cases.forget(kind, ref, at);
    else cases.consider({ kind, of: subject } as Subject, around(at));
  }

  function takeIn(exchange: Exchange): void {
    if (isOfProbe(exchange)) return tally.probed(exchange);
    const held = exchange.sessionSent ?? sessionOfStream(exchange);
    if (exchange.stream !== undefined && held !== undefined) table.holdStream(held, -1);
    const change = table.apply(exchange);
    takeOperation(exchange);
    tally.exchange(exchange, change);
    sinks.exchange(exchange, change.session);
    try {
      judgeChange(exchange.endedAt, change);
    } catch (error) {
      failed('judge', error);
    }
  }

  /**
   * Our probe breaks rules on purpose. Whoever merely claims to be it is left out only as long as he keeps to sessions
   * that nobody else was seen to use (docs/decisions/0025).
   */
  function isOfProbe({ byProbe, sessionSent }: Exchange): boolean {
    return byProbe === true && (sessionSent === undefined || table.session(sessionSent) === undefined);
  }

  /**
   * Takes in the operation that an exchange carried, unless a hook around the messages tells it as well: it is
   * counted once. Of that hook's span the exchange knows only what the message carried.
   */
  function takeOperation(exchange: Exchange): void {
    const { call, endedAt } = exchange;
    const operation = operationOf(exchange);
    if (operation === undefined || toldOnce.isTold(exchange, operation))
      return pointTo(call?.parent ?? call?.ambient, endedAt);
    count(operation);
  }

  /** What is counted and judged from here on points to the span of the operation. */
  function count(operation: Operation): void {
    pointTo(sinks.operation(operation), operation.endedAt);
    tally.operation(operation);
  }

  function pointTo(span: TraceContext | undefined, at: number): void {
    trace = span;
    counts.pointTo(span, at);
  }

  /** A target that is not on the list is told as the list's last, which is `other` when there are several. */
  function named<Told extends Exchange | Operation>(told: Told): Told {
    return known.has(told.target) ? told : { ...told, target: unlisted };
  }

  /**
   * A session that this process sees from two sides, as a gateway does that passes ids on, is two: what happens to it
   * happens once on each side. The side that told it first keeps the reference.
   */
  function seenFrom(vantage: Vantage, session: Reference | undefined): Reference | undefined {
    if (session === undefined || vantages.length < 2) return session;
    const first = table.session(session)?.vantage ?? vantage;
    return first === vantage ? session : `${session}/${vantage}`;
  }

  function sided(exchange: Exchange): Exchange {
    const { vantage, sessionSent, sessionGiven } = exchange;
    const [sent, given] = [seenFrom(vantage, sessionSent), seenFrom(vantage, sessionGiven)];
    if (sent === sessionSent && given === sessionGiven) return exchange;
    return { ...exchange, sessionSent: sent, sessionGiven: given };
  }

  function judgeChange(at: number, change: Change): void {
    const surroundings = around(at);
    const { session, client } = change;
    if (session !== undefined && (!isSound(session) || cases.isOpen('session', session.ref)))
      cases.consider({ kind: 'session', of: session }, surroundings);
    for (const settled of change.settled)
      cases.consider({ kind: 'session', of: settled.session }, surroundings);
    if (isStirred(change.clientBefore, client) || cases.isOpen('client', client.ref))
      cases.consider({ kind: 'client', of: client }, surroundings);
    for (const evicted of change.evicted) cases.forget('session', evicted.session.ref, at);
    if (change.evictedClient !== undefined) cases.forget('client', change.evictedClient.ref, at);
  }

  function passTime(): void {
    const at = now();
    const passing = table.advanceTime(at);
    for (const forgotten of passing.forgotten) {
      tally.forgotten(forgotten);
      cases.forget('session', forgotten.session.ref, at);
    }
    for (const recovery of passing.recoveries) tally.recovered(recovery);
    for (const call of passing.failedCalls) tally.callFailed(call);
    for (const cohort of passing.cohorts) judge('cohort', cohort.ref, at);
    for (const { kind, ref } of cases.due(at)) judge(kind, ref, at);
  }

  return {
    now,
    references: createReferences({ key: options.key }),
    targets,
    startedAt,
    counts,
    sessions: table,
    cases,
    exchange(exchange) {
      try {
        // The streams of the probe are counted neither when they open nor when they end.
        const told = exchange.byProbe === true ? { ...exchange, stream: undefined } : exchange;
        takeIn(sided(named(told)));
      } catch (error) {
        failed('session', error);
      }
      pointTo(undefined, 0);
    },
    operation: (operation) =>
      guarded('signal', () => {
        const told = { ...named(operation), session: seenFrom(operation.vantage, operation.session) };
        toldOnce.told(told);
        count(told);
        pointTo(undefined, 0);
      }),
    get wantsCalls() {
      return tools.length > 0 || sinks.wantOperations;
    },
    get tracing() {
      return sinks.tracing;
    },
    streamOpened: (stream: StreamOpened) =>
      guarded('session', () => {
        if (stream.byProbe === true) return;
        tally.streamOpened(stream);
        const session = seenFrom(stream.vantage, stream.session);
        if (session !== undefined) table.holdStream(session, 1);
      }),
    connection: (change: ConnectionChange) => guarded('signal', () => tally.connection(change)),
    upstream: (change: UpstreamChange) => guarded('signal', () => tally.upstream(change)),
    refused: (refusal: Refusal) => guarded('signal', () => tally.refused(refusal)),
    failed,
    refresh: () =>
      guarded('judge', () => {
        passTime();
        tally.gauges(table, cases.size, memory());
      }),
    attach: (sink) => sinks.attach(sink),
    onCase: (listener) =>
      sinks.attach({
        caseOpened: (begun) => listener('opened', begun),
        caseClosed: (ended) => listener('closed', ended),
      }),
  };
}

const { timeOrigin } = performance;

function monotonicNow(): number {
  return timeOrigin + performance.now();
}
