import type { Listener } from '../../exchange/index.ts';
import { setCallback, setMethod, type AnyFunction, type Undo } from './interception.ts';
import type { Operations } from './operations.ts';
import { arrival, departure, within } from './passing.ts';

/** What stands around the messages of one transport. */
interface Standing {
  readonly operations: Operations;
  readonly listener: Listener;
  /** What is on its way out: a transport may send it once more by itself, as after a login. */
  readonly leaving: WeakSet<object>;
  /** What is being handed to the program. */
  arriving: unknown;
  /** Whoever keeps one of the functions set here calls through it from now on. */
  isOver: boolean;
}

/** Stands around what a transport sends, what it hands to the program, and its close. Throws when it cannot. */
export function standAround(transport: object, operations: Operations, listener: Listener): Undo {
  const leaving = new WeakSet<object>();
  const standing: Standing = { operations, listener, leaving, arriving: undefined, isOver: false };
  const undo = setAll([
    () => setMethod(transport, 'send', (send) => sending(standing, send)),
    () =>
      setCallback(transport, 'onmessage', {
        around: (handler) => receiving(standing, handler),
        isNeeded: () => true,
      }),
    () =>
      setCallback(transport, 'onclose', {
        around: (handler) => closing(standing, handler),
        isNeeded: () => operations.size > 0,
      }),
  ]);
  return () => {
    standing.isOver = true;
    undo();
  };
}

/** All of them or none. */
function setAll(set: readonly (() => Undo)[]): Undo {
  const undos: Undo[] = [];
  const undoAll = (): void => {
    for (const undo of undos) undo();
  };
  try {
    for (const one of set) undos.push(one());
  } catch (error) {
    undoAll();
    throw error;
  }
  return undoAll;
}

function sending(standing: Standing, send: AnyFunction): AnyFunction {
  const { operations, listener, leaving } = standing;
  return function (this: unknown, message, ...rest) {
    const pass = (outgoing: unknown): unknown => Reflect.apply(send, this, [outgoing, ...rest]);
    if (standing.isOver || leaving.has(message as object)) return pass(message);
    const leave = guarded(listener, () => departure(operations, message, rest[0]));
    if (leave === undefined) return pass(message);
    const { outgoing, span } = leave;
    leaving.add(outgoing);
    return settling(
      () => within(span, listener, () => pass(outgoing)),
      (failure) => {
        leaving.delete(outgoing);
        guarded(listener, () => (failure === undefined ? leave.sent() : leave.failed(failure.error)));
      },
    );
  };
}

/** What `work` answers or throws, and `settled` told of it first. */
function settling(work: () => unknown, settled: (failure?: { readonly error: unknown }) => void): unknown {
  const failed = (error: unknown): never => {
    settled({ error });
    throw error;
  };
  let result: unknown;
  try {
    result = work();
  } catch (error) {
    return failed(error);
  }
  if (result instanceof Promise) return result.then((value: unknown) => (settled(), value), failed);
  settled();
  return result;
}

function receiving(standing: Standing, handler: AnyFunction): AnyFunction {
  const { operations, listener } = standing;
  return function (this: unknown, message, ...rest) {
    const pass = (): unknown => Reflect.apply(handler, this, [message, ...rest]);
    // The SDK calls what the program had set from its own callback: the same message comes by twice.
    if (standing.isOver || standing.arriving === message) return pass();
    const arrive = guarded(listener, () => arrival(operations, message, rest[0]));
    const outer = standing.arriving;
    standing.arriving = message;
    try {
      const result = within(arrive?.span, listener, pass);
      guarded(listener, () => arrive?.taken());
      return result;
    } catch (error) {
      guarded(listener, () => arrive?.failed());
      throw error;
    } finally {
      standing.arriving = outer;
    }
  };
}

function closing(standing: Standing, handler: AnyFunction): AnyFunction {
  const { operations, listener } = standing;
  return function (this: unknown, ...args) {
    if (!standing.isOver) guarded(listener, () => operations.endAll());
    return Reflect.apply(handler, this, args);
  };
}

/** What `run` answers; nothing when it fails, which is ours to know. */
export function guarded<Result>(listener: Pick<Listener, 'failed'>, run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    listener.failed('hook', error);
    return undefined;
  }
}
