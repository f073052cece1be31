/** Waiting in the programs that tests start, where no test runner does it. */
import { setTimeout as delay } from 'node:timers/promises';

/** Waited for so long at most: the program then tells what stands, and its test fails. */
const PATIENCE_MS = 10_000;

/** Resolves once the condition is met, or when patience is over. */
export async function until(isMet: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isMet() && performance.now() < end) await delay(10);
}

/** What is in use once a collection changes nothing more: a busy machine takes its time to close connections. */
export async function heapAtRest(): Promise<number> {
  const readings: number[] = [];
  while (readings.length < 100 && !isSteady(readings.slice(-5))) {
    await delay(50);
    globalThis.gc?.();
    readings.push(process.memoryUsage().heapUsed);
  }
  return readings.at(-1) as number;
}

function isSteady(readings: readonly number[]): boolean {
  return readings.length === 5 && Math.max(...readings) - Math.min(...readings) < 64 * 1024;
}
