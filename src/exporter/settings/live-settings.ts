import type { Read } from './read-settings.ts';
import type { Settings } from './schema.ts';
import { outerSettings, type Setting } from './setting-list.ts';

/** Settings of a program that runs, which may be read again. */
export interface LiveSettings {
  /** Those in force. */
  readonly current: Settings;
  /**
   * Reads the settings again. Those that may change are in force at once; those that may not, and all of them when
   * one is not allowed, stay as they were, and that is told. Never throws.
   */
  reload(): void;
}

/** How {@link createLiveSettings} reads, and whom it tells. */
export interface LiveOptions {
  readonly read: () => Read;
  /** Puts changed settings in force. Throws when that cannot be done: the old ones are then put in force again. */
  readonly apply: (settings: Settings) => void;
  /** Told of what came of it, a line each. */
  readonly tell: (line: string) => void;
  /** Told after each reading, the first one included, whether it succeeded. */
  readonly wasRead: (succeeded: boolean) => void;
}

/** Makes {@link LiveSettings} of those with which the program was started. */
export function createLiveSettings(
  first: Settings,
  { read, apply, tell, wasRead }: LiveOptions,
): LiveSettings {
  let current = first;
  wasRead(true);

  function tryReload(): boolean {
    const { settings, problems = [] } = read();
    for (const problem of problems) tell(problem);
    if (settings === undefined) return false;
    const { next, changed, kept } = mixed(current, settings);
    for (const { key } of kept) tell(`${key}: has changed, and stays what it was until the next start`);
    // Though nothing may have changed here, the files may that it names.
    apply(next);
    current = next;
    const keys = changed.map(({ key }) => key);
    tell(`settings read again; ${keys.length === 0 ? 'none' : keys.join(', ')} changed`);
    return true;
  }

  return {
    get current() {
      return current;
    },
    reload() {
      let succeeded = false;
      try {
        succeeded = tryReload();
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
        putBack(apply, current, tell);
      }
      if (!succeeded) tell('settings were not read again; all stay as they were');
      wasRead(succeeded);
    },
  };
}

function putBack(apply: LiveOptions['apply'], settings: Settings, tell: LiveOptions['tell']): void {
  try {
    apply(settings);
  } catch (error) {
    tell(
      `what was in force could not be put back: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

interface Mixed {
  /** The settings before, with those changed that may. */
  readonly next: Settings;
  readonly changed: readonly Setting[];
  /** Those that have changed and may not. */
  readonly kept: readonly Setting[];
}

function mixed(before: Settings, after: Settings): Mixed {
  const differing = outerSettings.filter(({ path }) => !isSame(valueAt(before, path), valueAt(after, path)));
  const changed = differing.filter(({ path, about: { reloads = false } }) =>
    typeof reloads === 'function' ? reloads(valueAt(before, path), valueAt(after, path)) : reloads,
  );
  const next = structuredClone(before);
  for (const { path } of changed) put(next, path, valueAt(after, path));
  return { next, changed, kept: differing.filter((setting) => !changed.includes(setting)) };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function valueAt(settings: Settings, path: readonly string[]): unknown {
  return path.reduce<unknown>((whole, step) => (whole as Readonly<Record<string, unknown>>)[step], settings);
}

function put(settings: Settings, path: readonly string[], value: unknown): void {
  const section = valueAt(settings, path.slice(0, -1)) as Record<string, unknown>;
  section[path.at(-1) as string] = value;
}
