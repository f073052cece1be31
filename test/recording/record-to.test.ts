import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordTo, type RecordingOptions } from '../../src/recording/index.ts';
import { lineOf, readLine, type Line } from '../../src/recording/lines.ts';
import { anExchange } from '../support/an-exchange.ts';
import { mayWait, reaches } from './support/disk.ts';
import { emptyFolder, filesIn, linesOf } from './support/folder.ts';
import { keepingListener, START, type KeepingListener } from './support/listener.ts';

const KIB = 1024;

function recording(options: RecordingOptions = {}): ReturnType<typeof recordingAt> {
  return recordingAt(join(emptyFolder(), 'traffic.jsonl'), options);
}

function recordingAt(
  file: string,
  options: RecordingOptions = {},
): { file: string; listener: KeepingListener; recorder: ReturnType<typeof recordTo> } {
  const listener = keepingListener();
  return { file, listener, recorder: recordTo(listener, file, options) };
}

function read(file: string): Line[] {
  return linesOf(file).map(readLine);
}

const typesIn = (file: string): string[] => read(file).map(({ type }) => type);

describe('a recorder', () => {
  it('passes everything on, and writes it down in order', async () => {
    const { file, listener, recorder } = recording();
    const exchange = anExchange({ startedAt: START, endedAt: START + 7 });
    const stream = {
      vantage: 'server',
      target: 'default',
      kind: 'get',
      session: undefined,
      at: START,
    } as const;
    const connection = { vantage: 'server', target: 'default', change: 'opened' } as const;
    recorder.connection(connection);
    recorder.streamOpened(stream);
    recorder.exchange(exchange);
    recorder.failed('hook', 'a failure');
    await recorder.close();
    expect(listener.heard).toEqual([connection, stream, exchange]);
    expect(listener.failures).toEqual(['a failure']);
    const [header, ...records] = read(file);
    expect(header).toMatchObject({ type: 'header', of: { version: 1, startedAt: START, at: START } });
    expect(records).toEqual([
      { type: 'connection', of: { ...connection, at: START } },
      { type: 'stream', of: stream },
      { type: 'exchange', of: exchange },
      { type: 'end', of: { at: START } },
    ]);
  });

  it('lends the clock and the references of its listener', () => {
    const { listener, recorder } = recording();
    listener.clock = 5;
    expect(recorder.now()).toBe(5);
    expect(recorder.references).toBe(listener.references);
  });

  it('goes on to pass on after its end, and writes no more', async () => {
    const { file, listener, recorder } = recording();
    await recorder.close();
    recorder.exchange(anExchange());
    await recorder.close();
    expect(listener.heard).toHaveLength(1);
    expect(listener.failures).toEqual([]);
    expect(typesIn(file)).toEqual(['header', 'end']);
  });

  it('leaves the file alone once it is closed', async () => {
    const { file, recorder } = recording();
    recorder.exchange(anExchange());
    await recorder.close();
    const whole = readFileSync(file, 'utf8');
    // Longer than records wait for one another.
    await sleep(1200);
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });

  it('writes within seconds, not only at the end', async () => {
    const { file, recorder } = recording();
    recorder.exchange(anExchange());
    await expect.poll(() => typesIn(file), { timeout: 5000 }).toEqual(['header', 'exchange']);
    await recorder.close();
  });

  it('goes on behind what is there, even behind half a line', async () => {
    const file = join(emptyFolder(), 'traffic.jsonl');
    writeFileSync(file, '{"type":"excha');
    await recordingAt(file).recorder.close();
    const [half, ...lines] = linesOf(file);
    expect(half).toBe('{"type":"excha');
    expect(lines.map((line) => readLine(line).type)).toEqual(['header', 'end']);
  });

  it('leaves the file to its owner alone', async () => {
    const { file, recorder } = recording();
    await recorder.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('the files', () => {
  it('never grow past their limit, are never more than told, and lose nothing while the disk keeps up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 256 * KIB, max: 400 * KIB }),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        async (fileBytes, files, rounds) => {
          const { file, listener, recorder } = recording({ fileBytes, files });
          const nth = (n: number) => anExchange({ startedAt: Math.floor(n / 400), endedAt: n % 400 });
          const behind = mayWait(fileBytes, lineOf('exchange', nth(0)));
          for (let n = 0; n < rounds * 400; n++) {
            recorder.exchange(nth(n));
            if (n % 100 === 0 && n > behind) await reaches(file, lineOf('exchange', nth(n - behind)));
          }
          await recorder.close();
          const folder = join(file, '..');
          const sizes = filesIn(folder).map((name) => statSync(join(folder, name)).size);
          expect(sizes.length).toBeLessThanOrEqual(files);
          expect(Math.max(...sizes)).toBeLessThanOrEqual(fileBytes);
          expect(listener.failures).toEqual([]);
          const kept = filesIn(folder)
            .toReversed()
            .flatMap((name) => read(join(folder, name)));
          const moments = kept.flatMap(({ type, of }) =>
            type === 'exchange' ? [of.startedAt * 400 + of.endedAt] : [],
          );
          expect(moments).toEqual(
            Array.from({ length: moments.length }, (_, i) => rounds * 400 - moments.length + i),
          );
          for (const name of filesIn(folder)) expect(read(join(folder, name))[0]?.type).toBe('header');
        },
      ),
      { numRuns: 8 },
    );
  });

  it.each<[RecordingOptions, RegExp]>([
    [{ fileBytes: 1000 }, /fileBytes: 1000 is not allowed; it must be a whole number from 262144/],
    [{ files: 1 }, /files: 1 is not allowed; it must be a whole number from 2/],
    [{ waitingBytes: Number.NaN }, /waitingBytes: NaN is not allowed/],
    [{ expect: ['No Such Fault'] }, /"expect" must be a list/],
    [{ about: 'a\u0007bell' }, /"about" must be a text/],
  ])('are refused with %j', (options, reason) => {
    expect(() => recording(options)).toThrow(RangeError);
    expect(() => recording(options)).toThrow(reason);
  });

  it.each(['no/such/folder/x.jsonl', '.'])('are refused at %s', (path) => {
    const attempt = (): unknown => recordTo(keepingListener(), join(emptyFolder(), path));
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(
      /record: ".*" cannot be written \((ENOENT|EISDIR)\); it must be the path of a file/,
    );
  });
});

describe('what cannot be written', () => {
  it('is lost when too much waits, told once, and noted where it is missing', async () => {
    const { file, listener, recorder } = recording({ waitingBytes: 64 * KIB });
    // All in one turn of the event loop: the disk has no chance.
    for (let i = 0; i < 1000; i++) recorder.exchange(anExchange({ startedAt: i, endedAt: i }));
    expect(listener.heard).toHaveLength(1000);
    expect(listener.failures.map(String)).toEqual([expect.stringContaining('records are lost')]);
    await expect.poll(() => typesIn(file).length, { timeout: 5000 }).toBeGreaterThan(1);
    recorder.exchange(anExchange());
    await recorder.close();
    const lines = read(file);
    const written = lines.filter(({ type }) => type === 'exchange').length;
    const gaps = lines.flatMap(({ type, of }) => (type === 'gap' ? [of.lost] : []));
    expect(written).toBeGreaterThan(1);
    expect(gaps).toEqual([1001 - written]);
    expect(lines.map(({ type }) => type).slice(-3)).toEqual(['gap', 'exchange', 'end']);
  });

  it('for what it is, is lost, and the rest is written', async () => {
    const { file, listener, recorder } = recording();
    recorder.exchange(anExchange({ sessionSent: 'a session id' }));
    recorder.exchange(anExchange());
    await recorder.close();
    expect(listener.failures.map(String)).toEqual([
      'RangeError: "sent" must be a reference of 12 hexadecimal digits',
    ]);
    expect(typesIn(file)).toEqual(['header', 'gap', 'exchange', 'end']);
    expect(readFileSync(file, 'utf8')).not.toContain('a session id');
  });

  it.skipIf(!existsSync('/dev/full'))(
    'for a disk that is full is lost, until it is tried again',
    async () => {
      const file = join(emptyFolder(), 'traffic.jsonl');
      symlinkSync('/dev/full', file);
      const { listener, recorder } = recordingAt(file);
      const failures = (): string[] => listener.failures.map(String);
      await expect.poll(failures, { timeout: 5000 }).toEqual([expect.stringContaining('ENOSPC')]);
      recorder.exchange(anExchange());
      recorder.exchange(anExchange());
      rmSync(file);
      listener.clock += 10_001;
      recorder.exchange(anExchange({ status: 202 }));
      await recorder.close();
      expect(listener.heard).toHaveLength(3);
      expect(listener.failures).toHaveLength(1);
      expect(read(file).map(({ type, of }) => (type === 'gap' ? of.lost : type))).toEqual([
        'header',
        2,
        'exchange',
        'end',
      ]);
    },
  );
});

describe('a process that records', () => {
  const program = (file: string, then: string): string => `
    import { createObserver } from 'mcp-session-exporter';
    import { recordTo } from 'mcp-session-exporter/recording';
    const recorder = recordTo(createObserver(), ${JSON.stringify(file)});
    recorder.connection({ vantage: 'server', target: 'default', change: 'opened' });
    ${then}`;

  it.each([
    ['comes to its end', ''],
    ['calls exit at once', 'process.exit();'],
  ])('and %s leaves all it heard, and is not held up', (_, then) => {
    const file = join(emptyFolder(), 'traffic.jsonl');
    const source = join(import.meta.dirname, '../../src');
    const text = program(file, then)
      .replace('mcp-session-exporter/recording', join(source, 'recording/index.ts'))
      .replace('mcp-session-exporter', join(source, 'index.ts'));
    const began = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(typesIn(file).filter((type) => type !== 'header')).toEqual(['connection', 'end']);
    expect(typesIn(file)[0]).toBe('header');
  });
});
