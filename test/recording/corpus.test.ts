import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgeCorpus, type Judged } from '../../scripts/corpus/judge-corpus.ts';

const FOLDER = join(import.meta.dirname, '../corpus');
const MIB = 1024 * 1024;

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.jsonl'),
);

describe('the corpus', () => {
  let judged: Judged;
  beforeAll(async () => {
    judged = await judgeCorpus(FOLDER);
  });

  it('is judged without a miss and without a false alarm', () => {
    expect(judged.complaints).toEqual([]);
  });

  it('has two hundred healthy recordings, and most of all were captured from real processes in real time', () => {
    const { recordings, manifest } = judged;
    expect(recordings.filter(({ kind }) => kind === 'healthy').length).toBeGreaterThanOrEqual(200);
    const captured = recordings.filter(({ path }) => manifest[path]?.made === 'captured');
    expect(captured.length).toBeGreaterThan(0.9 * recordings.length);
  });

  it('has a faulty recording and a healthy look-alike for every fault', () => {
    const { recordings, manifest, scores } = judged;
    const faulty = new Set(recordings.flatMap(({ expected }) => expected));
    const healthy = recordings.filter(({ kind }) => kind === 'healthy');
    const resembled = new Set(healthy.flatMap(({ path }) => manifest[path]?.lookAlikeOf ?? []));
    expect([...scores.keys()].filter((id) => !faulty.has(id))).toEqual([]);
    expect([...scores.keys()].filter((id) => !resembled.has(id))).toEqual([]);
  });

  it('is listed in its manifest, and nothing else is', () => {
    const paths = judged.recordings.map(({ path }) => path);
    expect(Object.keys(judged.manifest).toSorted()).toEqual(paths.toSorted());
  });

  it('says of every faulty recording why it is one, and which look-alikes it names are faults', () => {
    const { recordings, manifest, scores } = judged;
    const unexplained = recordings.filter(
      ({ path, kind }) => kind === 'faulty' && manifest[path]?.because === undefined,
    );
    expect(unexplained).toEqual([]);
    const named = Object.values(manifest).flatMap(({ lookAlikeOf = [] }) => lookAlikeOf);
    expect(named.filter((id) => !scores.has(id))).toEqual([]);
  });
});

/** What happened in which order, without the times, and without who it was. */
function shapeOf(recording: string): string {
  const isOfItself = /^(?:start|end|opened|written|at|client|principal|call\w*)$/;
  const isSomebody = /^(?:sent|given)$/;
  return recording
    .split('\n')
    .filter((line) => line.startsWith('{"type":"exchange"'))
    .map((line) =>
      JSON.stringify(JSON.parse(line), (key, value: unknown) => {
        if (isOfItself.test(key)) return undefined;
        return isSomebody.test(key) ? true : value;
      }),
    )
    .join('\n');
}

describe('what stands in the corpus', () => {
  const texts = files.map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));
  const others = ['manifest.json', 'README.md'].map((name) => ({
    name,
    text: readFileSync(join(FOLDER, name), 'utf8'),
  }));

  /** What a session id, a token, an address or a file of a capturing machine looks like. */
  it.each([
    ['a session id or token (UUID)', /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i],
    ['a long secret', /\b[A-Za-z0-9_]{33,}\b/],
    ['a bearer token', /\bbearer [\w.~+/-]{8,}/i],
    ['an address with a port', /\b127\.0\.0\.1|\blocalhost:\d/],
    ['a path of a machine', /(?:\/tmp|\/home|\/root|\/usr|\/var|\/work|[A-Z]:\\)[/\\\w]/],
  ])('is not %s', (_what, pattern) => {
    const found = [...texts, ...others].filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(found).toEqual([]);
  });

  it('is not one story told two hundred times', () => {
    const healthy = texts.filter(({ name }) => name.startsWith('healthy'));
    const shapes = new Set(healthy.map(({ text }) => shapeOf(text)));
    expect(shapes.size).toBeGreaterThanOrEqual(200);
  });

  it('is small enough to be cloned by everybody', () => {
    const bytes = files.reduce((sum, name) => sum + statSync(join(FOLDER, name)).size, 0);
    expect(bytes).toBeLessThan(5 * MIB);
  });
});
