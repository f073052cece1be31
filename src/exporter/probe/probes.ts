import { checkedUrl, type ProbeOptions } from './options.ts';
import { probe } from './probe.ts';
import type { ProbeReport } from './report.ts';

/** A way to probe. */
export interface ProbeModule extends ProbeOptions {
  /**
   * The allowed targets are probed by it once in so many ms, without being asked; who asks is told what was found
   * last. Default: when somebody asks.
   */
  readonly everyMs?: number;
}

/** Whom the exporter may probe, and how. */
export interface ProbeSettings {
  /** The addresses that may be probed; no other is. */
  readonly targets: readonly string[];
  /** Ways to probe, by name; `default` is taken where none is named, and needs not be there. */
  readonly modules: ReadonlyMap<string, ProbeModule>;
  /** A target is probed by a module once within so many ms at the most; who asks again is told the same. Default: 60,000. */
  readonly restMs?: number;
}

/** What came of the wish to probe: a report, or why there is none. */
export type Probed =
  | { readonly kind: 'report'; readonly report: ProbeReport }
  | { readonly kind: 'target-refused' | 'module-unknown'; readonly words: string };

/** Probes on request, and no oftener than is good for the servers. */
export interface Probes {
  /**
   * Probes an address that is allowed. Who asks while a probe runs, or soon after, is told what that one found.
   * `totalMs` may shorten it.
   */
  run(target: string, module?: string, totalMs?: number): Promise<Probed>;
}

/** Scrapes that come once a minute come some moments early. */
const JITTER_MS = 1000;

/** So long a probe lasts at the most without being told otherwise: longer than any sound server takes. */
const REST_MS = 60_000;

interface Run {
  readonly startedAt: number;
  /** For so long it is told to who asks again. */
  readonly standsMs: number;
  readonly report: Promise<ProbeReport>;
}

/**
 * Makes {@link Probes}. `settings` is asked each time, so that it may change; `told` hears of each new report; `signal`
 * ends what is under way, and those who wait for it are told its reason.
 */
export function createProbes(
  settings: () => ProbeSettings,
  told: (report: ProbeReport, module: string) => void = () => {},
  signal?: AbortSignal,
): Probes {
  const runs = new Map<string, Run>();
  /** One probe at a time for a target, whatever its module: a server with few places shall not be crowded. */
  const busy = new Map<string, Promise<unknown>>();

  async function start(url: URL, module: string, options: ProbeOptions): Promise<ProbeReport> {
    const before = busy.get(url.href);
    const report = Promise.resolve(before?.catch(() => undefined)).then(() =>
      probe(url, { ...options, signal }),
    );
    busy.set(url.href, report);
    try {
      const found = await report;
      told(found, module);
      return found;
    } finally {
      if (busy.get(url.href) === report) busy.delete(url.href);
    }
  }

  /** What settings no longer name is let go of. */
  function forget({ targets, modules }: ProbeSettings): void {
    const most = (targets.length + 1) * (modules.size + 1);
    for (const key of runs.keys()) if (runs.size > most) runs.delete(key);
  }

  return {
    async run(target, module = 'default', totalMs) {
      const now = settings();
      const url = allowedUrl(target, now.targets);
      if (url === undefined) return NOT_ALLOWED;
      const options: ProbeModule | undefined =
        now.modules.get(module) ?? (module === 'default' ? {} : undefined);
      if (options === undefined) return unknownModule(now.modules);
      const key = `${module} ${url.href}`;
      const last = runs.get(key);
      if (last !== undefined && performance.now() - last.startedAt < last.standsMs - JITTER_MS)
        return { kind: 'report', report: await last.report };
      const restMs = now.restMs ?? REST_MS;
      const run: Run = {
        startedAt: performance.now(),
        // One that was given less time than the schedule gives may have seen less.
        standsMs: totalMs === undefined ? Math.max(restMs, options.everyMs ?? 0) : restMs,
        report: start(url, module, shortened(options, totalMs)),
      };
      runs.set(key, run);
      forget(now);
      try {
        return { kind: 'report', report: await run.report };
      } catch (error) {
        runs.delete(key);
        throw error;
      }
    },
  };
}

const NOT_ALLOWED: Probed = {
  kind: 'target-refused',
  words: 'This target may not be probed: it is not on the list of the operator (probe.allowed_targets).',
};

function unknownModule(modules: ProbeSettings['modules']): Probed {
  const names = [...new Set(['default', ...modules.keys()])].join(', ');
  return { kind: 'module-unknown', words: `There is no such module; the modules are: ${names}.` };
}

/** The address on the list that is the same as `target`, once both are written in the same way. */
function allowedUrl(target: string, targets: readonly string[]): URL | undefined {
  const asked = urlOf(target);
  if (asked === undefined) return undefined;
  return targets.map(urlOf).find((url) => url?.href === asked.href);
}

function urlOf(text: string): URL | undefined {
  try {
    return checkedUrl(text);
  } catch {
    return undefined;
  }
}

function shortened(options: ProbeOptions, totalMs: number | undefined): ProbeOptions {
  if (totalMs === undefined) return options;
  return { ...options, totalMs: Math.min(totalMs, options.totalMs ?? totalMs) };
}
