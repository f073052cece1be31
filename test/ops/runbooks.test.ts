import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runbookPathOf } from '../../src/faults/index.ts';
import { definitions } from '../../src/ops/rules/definitions.ts';

/** What stands on the page before it explains anything. */
function beginningOf(id: string): string {
  const page = readFileSync(join(import.meta.dirname, '../..', runbookPathOf(id)), 'utf8');
  return page.slice(0, page.indexOf('## What it means'));
}

const pages = definitions.filter(({ levels }) => levels.some(({ severity }) => severity === 'critical'));

describe('the runbook of an alert that wakes somebody', () => {
  it.each(pages)('$id says first what to do first', ({ id }) => {
    expect(beginningOf(id)).toMatch(/\*\*At three in the morning:\*\*\n\n1\. .+\n2\. .+\n3\. /);
  });
});
