import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../src/version.ts';

const SOURCE = join(import.meta.dirname, '..', 'src');

/** What each room may import, besides itself: the imports run one way. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  exchange: [],
  session: ['exchange'],
  faults: ['exchange', 'session'],
  signals: ['exchange', 'session', 'faults'],
  sinks: ['exchange', 'session', 'faults', 'signals'],
  hooks: ['exchange'],
  'version.ts': [],
  'observer.ts': ['exchange', 'session', 'faults', 'signals', 'version.ts'],
  recording: ['exchange', 'faults', 'observer.ts', 'version.ts'],
  exporter: [
    'exchange',
    'session',
    'faults',
    'signals',
    'sinks',
    'hooks',
    'recording',
    'observer.ts',
    'version.ts',
  ],
  'register.ts': ['exporter'],
  'command-line': ['faults', 'recording', 'exporter', 'ops', 'version.ts'],
  'cli.ts': ['command-line'],
  'index.ts': ['exporter', 'observer.ts', 'version.ts', 'exchange', 'faults', 'sinks', 'hooks'],
  // At build time: the tests of the alerts are made from the scripts that test the faults. A command reaches ops/rules.
  ops: ['exchange', 'session', 'faults', 'signals', 'version.ts', 'observer.ts', 'sinks', 'exporter', '..'],
};

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

const roomOf = (file: string): string => file.split(sep)[0] as string;

function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] as string);
}

describe('the house', () => {
  it('has no room without a rule', () => {
    expect(new Set(files.map(roomOf))).toEqual(new Set(Object.keys(ROOMS)));
  });

  it.each(files)('%s imports only what lies below it', (file) => {
    const room = roomOf(file);
    for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
      const target = roomOf(relative(SOURCE, normalize(join(SOURCE, dirname(file), specifier))));
      if (target !== room) expect(ROOMS[room], `${file} imports ${specifier}`).toContain(target);
    }
  });

  it.each(files.filter((file) => ['exchange', 'session', 'faults', 'signals'].includes(roomOf(file))))(
    '%s needs no library',
    (file) => {
      const foreign = importsOf(file).filter(
        (name) => !name.startsWith('.') && !name.startsWith('node:crypto'),
      );
      expect(foreign).toEqual([]);
    },
  );

  it.each(files.filter((file) => ['session', 'faults'].includes(roomOf(file))))(
    '%s knows no clock and no chance',
    (file) => {
      const text = readFileSync(join(SOURCE, file), 'utf8');
      expect(text).not.toMatch(/Date\.now|performance\.|Math\.random|setTimeout|setInterval|node:/);
    },
  );
});

describe('the package', () => {
  it('has one version', () => {
    const manifest = JSON.parse(readFileSync(join(SOURCE, '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(VERSION).toBe(manifest.version);
  });
});
