import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECK_IDS, CHECKS } from '../../../src/exporter/probe/index.ts';
import { faultById } from '../../../src/faults/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/probe.md'), 'utf8');

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('docs/probe.md names every check, and what a sound server does', () => {
  const told = rows.map(([, id = '', title = '']) => [id.replaceAll('`', ''), title]);
  expect(told).toEqual(CHECK_IDS.map((id) => [id, CHECKS[id].title]));
});

it('docs/probe.md points to faults that there are', () => {
  const named = rows.flatMap((cells) =>
    [...(cells[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, id = '']) => id),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((id) => faultById(id) === undefined)).toEqual([]);
});
