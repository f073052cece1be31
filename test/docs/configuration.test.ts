import { describe, expect, it } from 'vitest';
import { outerSettings, settingList } from '../../src/exporter/settings/index.ts';
import { judged } from '../../src/exporter/settings/read-settings.ts';
import { readText } from '../../src/exporter/settings/file.ts';
import { fencesOf, readPage } from './markdown.ts';

const page = readPage('docs/configuration.md');

describe('the page of the settings', () => {
  it('has a row for every key, with its flag and its variable', () => {
    for (const { key, flag, variable, about } of settingList) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${key}\``)) ?? `no row for ${key}`;
      expect(row).toContain(about.meaning);
      if (variable !== undefined) expect(row).toContain(`\`${variable}\``);
      if (flag !== undefined && !about.ofRegister) expect(row).toContain(`\`${flag}\``);
    }
  });

  it('gives an example that is allowed, but for a file that is not here', () => {
    const [{ text } = { text: '' }] = fencesOf(page, 'yaml');
    const { problems = [] } = judged(readText(text, 'example.yaml'), []);
    expect(problems.map((line) => line.split(': ')[1])).toEqual(['key_file']);
  });
});

describe('the names of the settings', () => {
  it.each([
    ['flags', outerSettings.flatMap(({ flag }) => flag ?? []), /^--[a-z]+(-[a-z]+)*$/],
    [
      'variables',
      outerSettings.flatMap(({ variable }) => variable ?? []),
      /^MCP_SESSION_EXPORTER_[A-Z]+(_[A-Z]+)*$/,
    ],
    ['keys', settingList.map(({ key }) => key), /^[a-z_]+(\[\])?(\.[a-z_]+(\[\])?)*$/],
  ])('are all different, and written alike: %s', (_, names, form) => {
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(form);
  });
});
