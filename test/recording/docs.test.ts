import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/recording/codec.ts';
import { HEADER, NESTED, RECORDS } from '../../src/recording/fields.ts';
import { headerLineOf, LINE_LENGTH, lineOf, readLine } from '../../src/recording/lines.ts';
import { fencesOf, readPage } from '../docs/markdown.ts';
import { anExchange } from '../support/an-exchange.ts';

const page = readPage('docs/recording.md');

/** The rows of the table below a heading, as their cells. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What the page must say of a field. */
function rowOf({ key, kind, fallback, required, tells }: Field<unknown>): string[] {
  const left = fallback === undefined ? 'absent' : `\`${JSON.stringify(fallback)}\``;
  return [`\`${key}\``, kind.allowed, required ? 'always there' : left, tells];
}

const tables = Object.entries({ header: HEADER, ...RECORDS, ...NESTED } as unknown as Record<string, object>);

describe('docs/recording.md', () => {
  it.each(tables)('has the table of %s as it is read and written', (name, fields) => {
    const rows = Object.values(fields as Record<string, Field<unknown>>).map(rowOf);
    const wanted = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    expect(rowsBelow(name), `below "### ${name}" the page must have\n${wanted}`).toEqual(rows);
  });

  it('shows a header that can be read', () => {
    const [header = ''] = fencesOf(page, 'json').map(({ text }) => text);
    expect(readLine(header.replaceAll('\n', ' ')).type).toBe('header');
  });

  it('names every type of record, and the longest line', () => {
    const types = Object.keys(RECORDS).map((type) => `\`${type}\``);
    expect(page).toContain(`one of ${types.slice(0, -1).join(', ')} and ${types.at(-1)}`);
    expect(page).toContain(`at most ${LINE_LENGTH.toLocaleString('en')} characters`);
  });
});

describe('a recording', () => {
  it('holds no other strings than names of its fields, references, and words of closed lists', () => {
    const header = {
      format: 'mcp-session-recording',
      version: 1,
      run: '0123456789ab',
      startedAt: 1,
      at: 1,
    } as const;
    const text =
      headerLineOf({ ...header, by: '', about: '', expect: undefined }) +
      lineOf('exchange', anExchange({ sessionSent: 'aaaaaaaaaaaa', rpcMethods: ['tools/call'] }));
    expect([...text.matchAll(/:"([^"]*)"/g)].map(([, value]) => value)).toEqual([
      'mcp-session-recording',
      '0123456789ab',
      'exchange',
      '2025-11-25',
      'aaaaaaaaaaaa',
      'c0ffeec0ffee',
      'c0ffeec0ffee',
    ]);
  });
});
