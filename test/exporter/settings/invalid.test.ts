import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings, type Sources } from '../../../src/exporter/settings/index.ts';

/** What is written in each of these is wrong, and the file beside it, with `.txt`, is what must be said. */
const FOLDER = join(import.meta.dirname, 'invalid');

const names = readdirSync(FOLDER).filter((name) => !name.endsWith('.txt'));

function textOf(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** `.yaml` is a file of settings, `.flags` has a word of a command line on each line, `.env` a variable. */
function sourcesOf(name: string): Sources {
  if (name.endsWith('.yaml')) return { file: join(FOLDER, name) };
  const lines = textOf(name).trimEnd().split('\n');
  if (name.endsWith('.flags')) return { args: lines };
  const variables = lines.map((line) => /^([^=]+)=(.*)$/.exec(line)?.slice(1) as [string, string]);
  return { environment: Object.fromEntries(variables) };
}

describe('settings that are not allowed', () => {
  it('are of all three kinds, each with its message', () => {
    const kinds = new Set(names.map((name) => name.slice(name.lastIndexOf('.'))));
    expect(kinds).toEqual(new Set(['.yaml', '.flags', '.env']));
    const messages = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
    expect(messages.map((name) => name.slice(0, -4))).toEqual(names);
  });

  it.each(names)('%s', (name) => {
    const { problems = [] } = readSettings(sourcesOf(name));
    expect(problems.join('\n').replaceAll(`${FOLDER}/`, '')).toBe(textOf(`${name}.txt`).trimEnd());
  });

  it('are never told with the secrets in them', () => {
    const said = names.flatMap((name) => readSettings(sourcesOf(name)).problems ?? []).join('\n');
    const planted = names.filter((name) => textOf(name).includes('planted-secret'));
    expect(planted.length).toBeGreaterThan(5);
    expect(said).not.toContain('planted');
  });
});
