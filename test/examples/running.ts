import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** An example that runs. */
export interface Example {
  /** All that it has written. */
  said(): string;
  /** The first address in what it has written that ends in this. */
  address(ending: string): Promise<URL>;
  /** Sends SIGTERM; answers its exit code. */
  terminate(): Promise<number | null>;
}

/** Starts an example as `npm run example` does once it has built; it is killed with the test, if it has not ended. */
export function startExample(name: string, env: Readonly<Record<string, string>> = {}): Example {
  const child = spawn(process.execPath, ['scripts/example.ts', name], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', MCP_SESSION_EXPORTER_PORT: '0', ...env },
    // A group of its own, for what it starts to be killed with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const exit = once(child, 'exit');
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  return {
    said: () => text,
    async address(ending) {
      const told = new RegExp(String.raw`http://\S+${ending}(?=[\s,])`);
      const begun = (): string => (child.exitCode === null ? text : `it ended: ${text}`);
      await expect.poll(begun, { timeout: 15_000 }).toMatch(told);
      return new URL(told.exec(text)?.[0] ?? '');
    },
    async terminate() {
      child.kill('SIGTERM');
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

/** The value of a series that has all these labels, summed over the rest; 0 when there is none. */
export function valueIn(
  metrics: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const series = metrics.split('\n').filter((line) => line.startsWith(`${name}{`));
  return series
    .filter((line) => wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
