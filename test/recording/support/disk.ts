import { existsSync, readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';

/** Fewer records than this make no batch (a quarter of a small file), and may wait in memory for a second. */
export function mayWait(fileBytes: number, line: string): number {
  return Math.ceil(fileBytes / 4 / line.length) + 1;
}

/** Waits until a line stands in the recording: what is told faster than the disk writes may be lost, by design. */
export async function reaches(file: string, line: string): Promise<void> {
  const stands = (path: string): boolean => existsSync(path) && readFileSync(path, 'utf8').includes(line);
  await vi.waitFor(() => expect([file, `${file}.1`].some(stands)).toBe(true), {
    timeout: 20_000,
    interval: 5,
  });
}
