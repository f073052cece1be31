import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { panels, type Panel } from './built-dashboards.ts';

it('every heading of a table that is given a look, a link or an order is one that the table has', () => {
  const tables = panels.filter(({ panel }) => panel.type === 'table');
  expect(tables.length).toBeGreaterThan(5);
  for (const { panel, name } of tables) {
    const headings = Object.values(organized(panel).renameByName);
    const asked = [
      ...panel.fieldConfig.overrides
        .filter(({ matcher }) => matcher.id === 'byName')
        .map(({ matcher }) => matcher.options),
      ...(panel.options.sortBy ?? []).map(({ displayName }) => displayName),
    ];
    expect(
      asked.filter((heading) => !headings.includes(heading)),
      name,
    ).toEqual([]);
  }
});

interface Organized {
  readonly renameByName: Readonly<Record<string, string>>;
}

function organized({ transformations = [] }: Panel): Organized {
  return transformations.find(({ id }) => id === 'organize')?.options as unknown as Organized;
}

/** What the tests ask of `@grafana/data`. It is no dependency: the drawing of previews brings it. */
interface GrafanaData {
  readonly standardTransformers: Readonly<Record<string, { readonly id: string }>>;
  readonly standardTransformersRegistry: { readonly setInit: (init: () => readonly unknown[]) => void };
  readonly getFieldDisplayName: (field: Field, frame: Frame, all: readonly Frame[]) => string;
  readonly transformDataFrame: (
    transformations: Panel['transformations'],
    frames: readonly Frame[],
    context: { readonly interpolate: (text: string) => string },
  ) => { readonly subscribe: (observer: Subscriber) => void };
}

interface Subscriber {
  readonly next: (frames: readonly Frame[]) => void;
  readonly error: (error: unknown) => void;
}

interface Field {
  readonly name: string;
  readonly type: 'time' | 'string' | 'number';
  readonly config: object;
  readonly values: readonly unknown[];
}

interface Frame {
  readonly refId: string;
  readonly fields: readonly Field[];
  readonly length: number;
}

const grafana = load();

function load(): GrafanaData | undefined {
  try {
    const from = join(import.meta.dirname, '../../tools/dashboard-previews/package.json');
    return createRequire(from)('@grafana/data') as GrafanaData;
  } catch (error) {
    if (process.env['REQUIRE_SYSTEM'] === '1') throw error;
    return undefined;
  }
}

const title = 'as Grafana itself makes them (@grafana/data)';

if (grafana === undefined)
  describe.skip(`${title}, which is not installed in tools/dashboard-previews`, () => {});
else describe(title, () => suite(grafana));

function suite(data: GrafanaData): void {
  // A transformation asks whether it runs within a page of Grafana.
  vi.stubGlobal('window', {});
  data.standardTransformersRegistry.setInit(() => infosOf(data));
  const tables = panels.filter(({ panel }) => panel.type === 'table');

  it.each(tables.map(({ name, panel }) => [name, panel] as const))(
    'the columns of %s are those that it names, in its order',
    async (_, panel) => {
      const frames = await new Promise<readonly Frame[]>((next, error) => {
        const context = { interpolate: (text: string) => text };
        data.transformDataFrame(panel.transformations, framesOf(panel), context).subscribe({ next, error });
      });
      expect(frames).toHaveLength(1);
      const [frame] = frames as [Frame];
      const headings = frame.fields.map((field) => data.getFieldDisplayName(field, frame, frames));
      const matrix = panel.transformations?.[0]?.id === 'groupingToMatrix';
      const named = Object.values(organized(panel).renameByName);
      expect(headings).toEqual(matrix ? [...named, 'one', 'two'] : named);
      expect(frame.length).toBe(2);
    },
  );
}

function infosOf({ standardTransformers }: GrafanaData): readonly unknown[] {
  const infos = new Map(Object.values(standardTransformers).map((info) => [info.id, info]));
  return [...infos.values()].map((info) => ({
    id: info.id,
    name: info.id,
    transformation: () => Promise.resolve(info),
  }));
}

/** What the data source makes of two series for each query: the time, a column for each label, the value. */
function framesOf({ targets }: Panel): Frame[] {
  return targets.map(({ refId, expr }) => {
    const labels = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
    const column = (name: string, type: Field['type'], values: readonly unknown[]): Field => ({
      name,
      type,
      config: {},
      values,
    });
    const value = targets.length === 1 ? 'Value' : `Value #${refId}`;
    const fields = [
      column('Time', 'time', [1, 1]),
      ...labels.map((label) => column(label, 'string', ['one', 'two'])),
      column(value, 'number', [1, 2]),
    ];
    return { refId, fields, length: 2 };
  });
}
