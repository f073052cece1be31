import { metrics } from 'mcp-session-exporter/signals';
import { startExporter, type Exporter } from 'mcp-session-exporter/exporter';

/** The exporter that watches this process, and what it has found at each target. */
export interface Watching {
  readonly exporter: Exporter;
  /** Says under which name the server on a port is watched. */
  name(port: number, target: string): void;
  /** The ids of the faults found at a target so far, in alphabetical order. */
  found(target: string): readonly string[];
  /** How many exchanges were seen at a target so far. */
  exchanges(target: string): number;
}

/** One fault found. */
export interface Finding {
  readonly target: string;
  readonly id: string;
  readonly side: string;
  readonly because: string;
}

/** Where the page and /metrics are served, and the servers' names. */
export interface WatchOptions {
  readonly host: string;
  readonly port: number;
  readonly targets: readonly string[];
  /** The addresses that `/probe` may probe. */
  readonly probed: readonly string[];
}

/** Watches every MCP server of this process, as a program that uses the package would; every threshold is the default. */
export async function watch(options: WatchOptions, tell: (finding: Finding) => void): Promise<Watching> {
  const names = new Map<number, string>();
  const exporter = await startExporter({
    ...options,
    probing: { targets: options.probed, modules: new Map() },
    target: (request) => names.get(request.socket.localPort ?? 0) ?? 'other',
  });
  const found = new Map<string, Set<string>>(options.targets.map((target) => [target, new Set()]));
  exporter.observer.onCase((change, { target, fault, because }) => {
    if (change === 'closed') return;
    found.get(target)?.add(fault.id);
    tell({ target, id: fault.id, side: fault.side, because });
  });
  return {
    exporter,
    name: (port, target) => void names.set(port, target),
    found: (target) => [...(found.get(target) ?? [])].toSorted(),
    exchanges: (target) =>
      exporter.observer.counts
        .samples(metrics.requests)
        .reduce((sum, { labels, value }) => (labels['target'] === target ? sum + value : sum), 0),
  };
}
