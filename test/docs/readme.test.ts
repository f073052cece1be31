import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { outerSettings } from '../../src/exporter/settings/index.ts';
import { defaultText } from '../../src/exporter/settings/telling.ts';
import { catalogue, runbookPathOf } from '../../src/faults/index.ts';
import { fencesOf, readPage, ROOT } from './markdown.ts';
import { programs, SERVER, testReadmePrograms } from './readme-programs.ts';

const readme = readPage('README.md');
const shell = fencesOf(readme, 'sh').map(({ text }) => text.trim());

describe('the commands', () => {
  const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> };

  it('set everything up: one plays the demo, one runs the tests', () => {
    expect(shell).toContain('npm ci && npm run demo');
    expect(shell).toContain('npm ci && npm test');
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])('of %s exist', (path) => {
    const named = [...readPage(path).matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(named).not.toEqual([]);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('what the README lists', () => {
  it('are the faults of the catalogue, in its order, each with its side and its runbook', () => {
    const rows = [...readme.matchAll(/^\| \[`([\w-]+)`\]\(([^)]+)\) *\| (\w+) *\|/gm)].map((row) =>
      row.slice(1),
    );
    expect(rows).toEqual(catalogue.map(({ id, side }) => [id, runbookPathOf(id), side]));
  });

  it('are settings that there are, with the defaults they have', () => {
    const rows = [...readme.matchAll(/^\| `(MCP_\w+)` *\|.*\| (.+?) *\|$/gm)].map(([, name, told]) => ({
      name,
      told,
    }));
    const settings = new Map(outerSettings.map((setting) => [setting.variable, defaultText(setting)]));
    expect(rows).not.toEqual([]);
    for (const { name, told = '' } of rows) {
      expect(settings.keys(), name).toContain(name);
      // Values stand as code; what is not a value is told in other words here.
      const value = /^`([^`]+)`$/.exec(told)?.[1];
      if (value !== undefined) expect(value, name).toBe(settings.get(name));
      else expect(settings.get(name), name).toMatch(/ |^none$/);
    }
  });

  it('are the alert rules and the dashboard under the names they have', () => {
    const [config] = fencesOf(readme, 'yaml').map(({ text }) => parse(text) as { rule_files: string[] });
    const shipped = globSync('alerts/*.yaml', { cwd: ROOT });
    const loaded = globSync(config?.rule_files ?? [], { cwd: ROOT });
    expect(loaded.toSorted()).toEqual(shipped.toSorted());
    for (const file of loaded) expect(parse(readPage(file))).toHaveProperty('groups');
    const { title } = JSON.parse(readPage('dashboards/mcp-session-health.json')) as { title: string };
    expect(readme).toContain(`dashboard "${title}"`);
  });
});

describe('the programs', () => {
  let folder = '';

  beforeAll(() => {
    // Inside the package, so that it resolves itself by name.
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.cache/readme-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('are a server, the line for it, one with metrics of its own, a client, and one with OpenTelemetry', () => {
    expect(SERVER).toContain('createServer');
    expect(programs.filter((text) => text !== SERVER)).toHaveLength(4);
  });

  testReadmePrograms(() => folder);
});
