/** Any function of a program. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Puts back what was there before. */
export type Undo = () => void;

/** What becomes of a callback that a program sets. */
export interface CallbackHook {
  /** Makes the function that stands in the place of the program's. */
  around(handler: AnyFunction): AnyFunction;
  /** Whether it has to stand there now: the program reads its own function back while it has not. */
  isNeeded(): boolean;
}

/** Sets a method on one object, in the place of its own or of its class's. */
export function setMethod(host: object, name: string, around: (original: AnyFunction) => AnyFunction): Undo {
  const own = Object.getOwnPropertyDescriptor(host, name);
  const original: unknown = Reflect.get(host, name);
  if (!isFunction(original)) throw new TypeError(`"${name}" of what is to be watched is not a function`);
  const value = around(original);
  Object.defineProperty(host, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  return () => {
    // Whoever set another one since keeps it: theirs calls ours, and ours calls what was there.
    if (Reflect.get(host, name) === value) restore(host, name, own);
  };
}

/**
 * Stands around a callback of one object, whether the program sets it before or after. A class that keeps it behind
 * an accessor of its own is handed the function around it.
 */
export function setCallback(host: object, name: string, hook: CallbackHook): Undo {
  const own = Object.getOwnPropertyDescriptor(host, name);
  const { around, inside } = wrappers(hook);
  const { read, write, isOnObject } = storeOf(host, name, own ?? inheritedDescriptor(host, name));
  const accessor = {
    get: () => (hook.isNeeded() ? read() : inside(read())),
    set: (value: unknown) => write(around(value)),
    configurable: true,
    enumerable: own?.enumerable ?? isOnObject,
  };
  Object.defineProperty(host, name, accessor);
  const present = read();
  if (isFunction(present)) write(around(present));
  return () => {
    if (Object.getOwnPropertyDescriptor(host, name)?.get !== accessor.get) return;
    const current = inside(read());
    restore(host, name, own);
    if (current !== Reflect.get(host, name)) Reflect.set(host, name, current);
  };
}

/** Where a callback is kept: behind an accessor of the class, or else here while the object's own property is ours. */
function storeOf(host: object, name: string, known: PropertyDescriptor | undefined) {
  if (known?.get === undefined) {
    let kept: unknown = Reflect.get(host, name);
    return { read: () => kept, write: (value: unknown) => void (kept = value), isOnObject: true };
  }
  return {
    read: (): unknown => known.get?.call(host),
    write: (value: unknown) => known.set?.call(host, value),
    isOnObject: false,
  };
}

/** On a function that stands around a callback: what is inside, and for which hook. */
const INSIDE = Symbol('inside');

/** A function around each callback, and back: a program may save one and set it again, which adds none. */
function wrappers(hook: CallbackHook) {
  const inside = (value: unknown): unknown => {
    const mark = isFunction(value) ? (Reflect.get(value, INSIDE) as Mark | undefined) : undefined;
    return mark?.hook === hook ? mark.handler : value;
  };
  const around = (value: unknown): unknown => {
    if (!isFunction(value) || inside(value) !== value) return value;
    const mark: Mark = { handler: value, hook };
    return Object.assign(hook.around(value), { [INSIDE]: mark });
  };
  return { around, inside };
}

interface Mark {
  readonly handler: AnyFunction;
  readonly hook: CallbackHook;
}

function restore(host: object, name: string, own: PropertyDescriptor | undefined): void {
  if (own === undefined) Reflect.deleteProperty(host, name);
  else Object.defineProperty(host, name, own);
}

function inheritedDescriptor(host: object, name: string): PropertyDescriptor | undefined {
  for (let of = Object.getPrototypeOf(host) as object | null; of !== null; of = Object.getPrototypeOf(of)) {
    const found = Object.getOwnPropertyDescriptor(of, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}
