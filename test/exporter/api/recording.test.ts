import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FaultCase, FaultDetail, FaultPage } from '../../../src/exporter/api/schemas.ts';
import { TIMELINE_LIMITS } from '../../../src/exporter/api/timelines.ts';
import { createStatusServer } from '../../../src/exporter/index.ts';
import { createObserver } from '../../../src/observer.ts';
import { replay } from '../../../src/recording/index.ts';
import { tell, type Script } from '../../faults/script.ts';
import { allScripts } from '../../faults/scripts/index.ts';
import { emptyFolder } from '../../recording/support/folder.ts';
import { loseSession } from '../support/watched.ts';
import { served } from '../support/status-server.ts';

type Server = ReturnType<typeof createStatusServer>;

/** Tells a script to an observer with a status server on it. */
function toldTo(script: Script): Server {
  let app: Server | undefined;
  tell(script, {}, undefined, (options) => {
    const observer = createObserver(options);
    app = createStatusServer(observer);
    return observer;
  });
  if (app === undefined) throw new Error('no observer was made');
  const server = app;
  onTestFinished(() => server.close());
  return server;
}

/** What a replay of the recording of a fault finds. */
async function replayed(app: Server, { id }: FaultCase): Promise<string[]> {
  const { body, headers, statusCode } = await app.inject(`/api/v1/faults/${id}/recording`);
  expect(statusCode).toBe(200);
  expect(headers['content-disposition']).toBe(`attachment; filename="${id}.jsonl"`);
  const file = join(emptyFolder(), 'fault.jsonl');
  await writeFile(file, body);
  const { found, damaged } = await replay([file]);
  expect(damaged).toBe(0);
  return found.map(({ fault }) => fault.id);
}

/** What takes more exchanges of one session to see than are kept of it. */
function needsMore(fault: string, script: Script): boolean {
  return fault === 'idle-poll' || script.name === 'a loop with a pause of 15 s';
}

const all = allScripts.flatMap(({ fault, faulty }) =>
  faulty.map((script) => ({ fault, script, name: script.name })),
);

async function toldBy(app: Server, fault: string): Promise<FaultCase> {
  const { faults } = (await app.inject('/api/v1/faults?state=all&limit=200')).json<FaultPage>();
  return faults.find((each) => each.fault === fault) as FaultCase;
}

describe('the recording of a fault', () => {
  it.each(all.filter(({ fault, script }) => !needsMore(fault, script)))(
    'shows it again: $fault, $name',
    async ({ fault, script }) => {
      const app = toldTo(script);
      expect(await replayed(app, await toldBy(app, fault))).toContain(fault);
    },
  );

  it.each(all.filter(({ fault, script }) => needsMore(fault, script)))(
    'is said to lack exchanges where it does not: $fault, $name',
    async ({ fault, script }) => {
      const app = toldTo(script);
      const told = await toldBy(app, fault);
      const detail = (await app.inject(`/api/v1/faults/${told.id}`)).json<FaultDetail>();
      expect(detail.recordingAbridged).toBe(true);
      expect(await replayed(app, told)).not.toContain(fault);
    },
  );

  it('is not there when its exchanges are no longer kept', async () => {
    const world = served();
    const lost = TIMELINE_LIMITS.troubled + 1;
    for (let i = 0; i < lost; i++) {
      const session = `a${String(i).padStart(11, '0')}`;
      loseSession(world, session, 400, { client: `c${session.slice(1)}` });
    }
    const { faults } = await world.ask<FaultPage>('/faults?q=a00000000000');
    const id = faults[0]?.id;
    expect(await world.ask(`/faults/${id}`)).toMatchObject({ recordedExchanges: 0 });
    await world.ask(`/faults/${id}/recording`, 404);
  });
});
