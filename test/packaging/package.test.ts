import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPage, ROOT } from '../docs/markdown.ts';
import { manifest, pack, SUBPATHS } from './project.ts';

const run = promisify(execFile);

/** Which of its rules do not apply, and why: docs/imports.md. */
const ATTW = join(ROOT, '.attw.json');
const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ path, ...target }],
);

describe('the entries of the package', () => {
  it.each(entries)(
    '$path has its code, its types, and a source under the same name',
    ({ path, types, default: code }) => {
      expect(existsSync(join(ROOT, code))).toBe(true);
      expect(existsSync(join(ROOT, types))).toBe(true);
      expect(types).toBe(code.replace(/\.js$/, '.d.ts'));
      const name = path === '.' ? '/index' : path.slice(1);
      expect([`./dist${name}.js`, `./dist${name}/index.js`]).toContain(code);
    },
  );

  it('are all that is there to import: every hook, and every sink', () => {
    const hooks = readdirSync(join(ROOT, 'src/hooks'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `./hooks/${name}`);
    const sinks = readdirSync(join(ROOT, 'src/sinks')).map((name) => `./sinks/${name.replace('.ts', '')}`);
    expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining([...hooks, ...sinks]));
  });

  it('are listed, each with what it is for', () => {
    const listed = [...readPage('docs/imports.md').matchAll(/^\| `(mcp-session-exporter[^`]*)` +\| \S/gm)];
    expect(listed.map(([, name]) => name)).toEqual(SUBPATHS);
  });

  it.each(entries)('$path says of all that it exports what it promises', ({ types }) => {
    expect(undocumented(join(ROOT, types))).toEqual([]);
  });
});

/** The names that an entry exports, whose declarations have no doc comment. */
function undocumented(entry: string): string[] {
  return exportsFrom(entry)
    .filter(({ name, file }) => !isDocumented(name, file))
    .map(({ name }) => name);
}

/** What a file passes on, by name and the file it has it from. */
function exportsFrom(entry: string): { name: string; file: string }[] {
  const text = readFileSync(entry, 'utf8');
  return [...text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)].flatMap(
    ([, names = '', from = '']) => {
      const file = join(entry, '..', from.replace(/\.(ts|js)$/, '.d.ts'));
      return names
        .split(',')
        .map((name) => ({ name: name.replace('type ', '').trim(), file }))
        .filter(({ name }) => name !== '');
    },
  );
}

function isDocumented(name: string, file: string): boolean {
  const passedOn = exportsFrom(file).find((one) => one.name === name);
  if (passedOn !== undefined) return isDocumented(name, passedOn.file);
  const declared = new RegExp(String.raw`\*/\nexport (declare )?(const|function|interface|type) ${name}\b`);
  return declared.test(readFileSync(file, 'utf8'));
}

describe('the tarball', () => {
  let folder = '';
  let tarball = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
    tarball = await pack(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is as publint wants it', async () => {
    const { stdout } = await run('publint', ['run', tarball, '--strict', '--pack', 'false']);
    expect(stdout).toContain('All good!');
  });

  it('has types that are found as its code is', async () => {
    const { stdout } = await run('attw', [tarball, '--format', 'json', '--config-path', ATTW], {
      maxBuffer: 2 ** 26,
    });
    const { analysis } = JSON.parse(stdout) as { analysis: { entrypoints: object } };
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(manifest.exports));
  });
});
