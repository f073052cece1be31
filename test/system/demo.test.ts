import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../demo/arguments.ts';
import { compare, type Outcome } from '../../demo/outcome.ts';
import { scenarios } from '../../demo/scenarios.ts';
import { tableOf } from '../../demo/table.ts';
import { catalogue } from '../../src/faults/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIMIT_MS = 60_000;

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
  readonly tookMs: number;
}

function runDemo(...args: string[]): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['demo/main.ts', ...args], { cwd: ROOT, timeout: LIMIT_MS + 15_000 });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, out, errors, tookMs: performance.now() - startedAt }));
  });
}

describe('the demo', { timeout: LIMIT_MS + 20_000 }, () => {
  it('plays its story once, in under a minute, and finds what it expects and nothing else', async () => {
    const { code, out, errors, tookMs } = await runDemo('--once', '--port', '0');
    expect({ code, errors }, out).toEqual({ code: 0, errors: '' });
    expect(tookMs).toBeLessThan(LIMIT_MS);
    // Every session id and token of the demo is a UUID.
    expect(out).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    const rows = new Map(out.split('\n').map((line) => [line.split(/ {2,}/)[0], line]));
    for (const { name, expected, seconds } of scenarios) {
      if (seconds !== undefined) continue;
      const cells = rows.get(name)?.split(/ {2,}/) ?? [];
      const first = expected[0] ?? 'none';
      expect(cells).toEqual([name, first, first, expect.stringMatching(/^[1-9]\d*$/), 'as expected']);
    }
  });

  it('says what is wrong with an option, and how it is used', async () => {
    const { code, out, errors } = await runDemo('--twice');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toMatch(/Unknown option '--twice'/);
    expect(errors).toMatch(/Usage: npm run demo/);
  });
});

describe('its scenarios', () => {
  it('show eleven faults of the catalogue, those most often reported, and nothing on healthy pairs', () => {
    const shown = new Set(scenarios.flatMap(({ expected }) => expected));
    const known = new Set(catalogue.map(({ id }) => id));
    expect([...shown].filter((id) => !known.has(id))).toEqual([]);
    expect(shown.size).toBe(11);
    expect(scenarios.filter(({ expected }) => expected.length === 0).length).toBeGreaterThan(5);
  });

  it('have names of their own, and their faults in order', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
    for (const { expected } of scenarios) expect(expected).toEqual(expected.toSorted());
  });
});

describe('an outcome', () => {
  const scenario = { name: 'a pair', expected: ['client-no-reinit', 'reinit-storm'], because: 'So it is.' };
  const asExpected: Outcome = { scenario, found: scenario.expected, exchanges: 3, broken: undefined };

  it('agrees when exactly the expected faults were found', () => {
    expect(compare(asExpected)).toEqual({ missing: [], unexpected: [], agrees: true });
  });

  it.each<[string, Partial<Outcome>, object]>([
    ['a fault was missed', { found: ['reinit-storm'] }, { missing: ['client-no-reinit'], unexpected: [] }],
    [
      'another fault was found',
      { found: [...scenario.expected, 'get-reopen-loop'] },
      { missing: [], unexpected: ['get-reopen-loop'] },
    ],
    ['nothing of it was seen', { exchanges: 0 }, { missing: [], unexpected: [] }],
    ['its story broke off', { broken: 'answered 500' }, { missing: [], unexpected: [] }],
  ])('differs when %s', (_, facts, differences) => {
    expect(compare({ ...asExpected, ...facts })).toEqual({ ...differences, agrees: false });
  });

  it('that differs is told with the reason for the expectation', () => {
    const table = tableOf([asExpected, { ...asExpected, found: [] }], (_style, text) => text);
    expect(table).toMatch(/^a pair +client-no-reinit +client-no-reinit +3 +as expected$/m);
    expect(table).toMatch(/^a pair +client-no-reinit +none +3 +DIFFERS$/m);
    expect(table).toMatch(/^a pair: So it is\.\n {2}expected, not found: client-no-reinit$/m);
  });
});

describe('its options', () => {
  it('have defaults', () => {
    expect(readArguments([])).toEqual({ once: false, host: '127.0.0.1', port: 9464, help: false });
  });

  it('are read', () => {
    expect(readArguments(['--once', '--port', '0', '--host', '::1'])).toMatchObject({
      once: true,
      port: 0,
      host: '::1',
    });
  });

  it.each(['65536', '-1', '1.5', 'http', ''])('refuse the port "%s"', (port) => {
    expect(() => readArguments([`--port=${port}`])).toThrow(
      /is not a port; it must be a number from 0 to 65535/,
    );
  });
});
