import type { Answer, Panel, Preview } from '../../tools/dashboard-previews/src/preview.ts';

const FROM = Date.UTC(2026, 0, 1);
const STEP_MS = 60_000;
const START = FROM / 1000;

const instant = { stepMs: 0, expr: 'x' };
const at = (value: string) => [[START, value] as const];

function everyMinute(values: Readonly<Record<number, string>>): [number, string][] {
  return Object.entries(values).map(([minute, value]) => [START + 60 * Number(minute), value]);
}

/** Every kind of panel that is drawn, with the field options that decide what is read. */
export const panels: readonly Panel[] = [
  {
    id: 1,
    type: 'stat',
    title: 'Life of $thing',
    gridPos: { x: 0, y: 0, w: 8, h: 6 },
    options: { graphMode: 'none', textMode: 'value_and_name' },
    fieldConfig: {
      defaults: {
        unit: 's',
        decimals: 2,
        mappings: [{ type: 'value', options: { 0: { text: 'no pattern yet' } } }],
      },
      overrides: [],
    },
    targets: [{ refId: 'A', expr: 'x', instant: true, legendFormat: '{{target}} now' }],
  },
  {
    id: 2,
    type: 'stat',
    title: 'Nothing lost',
    gridPos: { x: 8, y: 0, w: 8, h: 6 },
    fieldConfig: { defaults: { noValue: 'no session was lost' }, overrides: [] },
    targets: [{ refId: 'A', expr: 'x', instant: true }],
  },
  { id: 3, type: 'heatmap', title: 'Core', gridPos: { x: 16, y: 0, w: 8, h: 6 }, targets: [] },
  {
    id: 4,
    type: 'timeseries',
    title: 'Lines',
    gridPos: { x: 0, y: 6, w: 12, h: 8 },
    fieldConfig: {
      defaults: { unit: 's', custom: { lineWidth: 3 } },
      overrides: [
        {
          matcher: { id: 'byName', options: 'p95' },
          properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: '#0000ff' } }],
        },
        {
          matcher: { id: 'byName', options: 'p50' },
          properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: '#ff0000' } }],
        },
      ],
    },
    targets: [{ refId: 'A', expr: 'x', legendFormat: '{{quantile}}' }],
  },
  {
    id: 5,
    type: 'timeseries',
    title: 'Silence',
    gridPos: { x: 12, y: 6, w: 12, h: 8 },
    fieldConfig: { defaults: { noValue: 'no proxy' }, overrides: [] },
    targets: [{ refId: 'A', expr: 'x' }],
  },
  {
    id: 6,
    type: 'table',
    title: 'Rows',
    gridPos: { x: 0, y: 14, w: 24, h: 6 },
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: { client: 0, 'Value #A': 1, 'Value #B': 2 },
          renameByName: { client: 'Client', 'Value #A': 'Lost', 'Value #B': 'Recovered' },
        },
      },
    ],
    options: { sortBy: [{ displayName: 'Lost', desc: true }] },
    fieldConfig: {
      defaults: {},
      overrides: [
        {
          matcher: { id: 'byName', options: 'Recovered' },
          properties: [
            { id: 'unit', value: 'percentunit' },
            { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
            {
              id: 'thresholds',
              value: {
                mode: 'absolute',
                steps: [
                  { value: null, color: '#112233' },
                  { value: 0.5, color: '#445566' },
                ],
              },
            },
          ],
        },
      ],
    },
    targets: [
      { refId: 'A', expr: 'x', instant: true, format: 'table' },
      { refId: 'B', expr: 'x', instant: true, format: 'table' },
    ],
  },
];

const answers: readonly Answer[] = [
  {
    ...instant,
    panel: 1,
    refId: 'A',
    series: [
      { metric: { target: 'a' }, points: at('2.5') },
      { metric: { target: 'b' }, points: at('0') },
    ],
  },
  { ...instant, panel: 2, refId: 'A', series: [] },
  {
    panel: 4,
    refId: 'A',
    expr: 'x',
    stepMs: STEP_MS,
    series: [
      // A quantile of nothing is NaN, and must not take the axis with it.
      { metric: { quantile: 'p95' }, points: everyMinute({ 0: 'NaN', 1: '3', 2: '3', 3: '3' }) },
      { metric: { quantile: 'p50' }, points: everyMinute({ 0: '1', 1: '1', 3: '1' }) },
    ],
  },
  { panel: 5, refId: 'A', expr: 'x', stepMs: STEP_MS, series: [] },
  {
    ...instant,
    panel: 6,
    refId: 'A',
    series: [
      { metric: { client: 'cursor' }, points: at('3') },
      { metric: { client: 'codex' }, points: at('7') },
    ],
  },
  {
    ...instant,
    panel: 6,
    refId: 'B',
    series: [
      { metric: { client: 'cursor' }, points: at('0.25') },
      { metric: { client: 'codex' }, points: at('1') },
    ],
  },
];

/** A dashboard of those panels, with what Prometheus would answer. */
export const fixture: Preview = {
  dashboard: { uid: 'fixture', title: 'Fixture', panels },
  caption: 'Component preview',
  theme: 'dark',
  from: FROM,
  to: FROM + 3 * STEP_MS,
  variables: { thing: 'a session' },
  answers,
};
