import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Reference } from '../../src/exchange/index.ts';
import { catalogue } from '../../src/faults/index.ts';
import { readRecording, type Happening } from '../../src/recording/read-recording.ts';
import { createStory, SETTLE_MS, type Story } from '../../src/recording/story.ts';

const CORPUS = join(import.meta.dirname, '../corpus');

const judgedInClients = new Set<string>(
  catalogue.filter(({ vantages }) => vantages.some((vantage) => vantage === 'client')).map(({ id }) => id),
);

/** What a recording expects of hooks in clients, and what those find: each client by itself, as if it were a program. */
async function judgedByClients(file: string) {
  const programs = new Map<Reference, Story>();
  const owners = new Map<Reference, Story>();
  const expected: string[] = [];
  let startedAt = 0;

  function tell(happening: Happening): void {
    if (happening.type === 'stream')
      owners
        .get(happening.of.session ?? '')
        ?.tell({ ...happening, of: { ...happening.of, vantage: 'client' } });
    if (happening.type !== 'exchange') return;
    const { client, sessionSent, sessionGiven } = happening.of;
    const program = programs.get(client) ?? createStory(startedAt, SETTLE_MS);
    programs.set(client, program);
    for (const session of [sessionSent, sessionGiven])
      if (session !== undefined && !owners.has(session)) owners.set(session, program);
    const seen = { ...happening.of, vantage: 'client', fromBrowser: false, exposesSession: false } as const;
    program.tell({ ...happening, of: seen });
  }

  await readRecording(file, {
    header(header) {
      ({ startedAt } = header);
      expected.push(...(header.expect ?? []).filter((id) => judgedInClients.has(id)));
    },
    record: tell,
    damaged: ({ line, reason }) => expect.fail(`${file}:${line}: ${reason}`),
  });
  const found = [...programs.values()].flatMap((program) => program.finish().map(({ fault }) => fault.id));
  return { expected: [...new Set(expected)].toSorted(), found: [...new Set(found)].toSorted() };
}

it.each(['healthy', 'faulty'])(
  'the %s half of the corpus, as hooks in its clients would see it',
  async (half) => {
    const names = readdirSync(join(CORPUS, half), { recursive: true, encoding: 'utf8' });
    const recordings = names.filter((name) => name.endsWith('.jsonl')).toSorted();
    expect(recordings.length).toBeGreaterThan(40);
    const differing: object[] = [];
    for (const name of recordings) {
      const { expected, found } = await judgedByClients(join(CORPUS, half, name));
      if (expected.join() !== found.join()) differing.push({ name, expected, found });
    }
    expect(differing).toEqual([]);
  },
  120_000,
);
