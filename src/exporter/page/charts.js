import uPlot from './uplot.js';
import { el, setAttribute, setText } from './dom.js';
import { serverNow } from './times.js';
import { clockWords } from './words.js';

const WINDOW_S = 15 * 60;
const HEIGHT = 132;

/** What each chart shows. A gauge tells its value now, a rate also how many there were in all. */
export const OVERVIEW_CHARTS = [
  { title: 'Active sessions', series: [{ column: 'activeSessions', name: 'sessions', colour: '--line-a' }] },
  { title: 'Open streams', series: [{ column: 'openStreams', name: 'streams', colour: '--line-b' }] },
  {
    title: 'Sessions lost and recovered, per second',
    rate: true,
    series: [
      { column: 'lostSessions', name: 'lost', colour: '--line-bad' },
      { column: 'recoveredSessions', name: 'recovered', colour: '--line-good', dash: [5, 4] },
    ],
  },
  {
    title: '4xx answers, per second',
    rate: true,
    series: [{ column: 'clientErrors', name: 'answered 4xx', colour: '--line-warn' }],
  },
];

/** What is told of storms. */
export const STORM_CHARTS = [
  {
    title: 'Handshakes, per second',
    rate: true,
    series: [{ column: 'handshakes', name: 'handshakes', colour: '--line-warn' }],
  },
  OVERVIEW_CHARTS[0],
];

/** Puts charts into `container`; answers a function that shows a history. */
export function createCharts(container, kinds) {
  const charts = kinds.map(createChart);
  container.append(...charts.map((chart) => chart.node));
  let last;
  const show = (history) => {
    last = history;
    for (const chart of charts) chart.show(history);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const chart of charts) chart.discard();
    if (last !== undefined) show(last);
  });
  return show;
}

function createChart(kind) {
  const reading = el('p', { class: 'reading' });
  const pointed = el('p', { class: 'pointed' });
  const plot = el('div', { class: 'plot', role: 'img' });
  const legend = el('p', { class: 'legend' });
  for (const { name, dash } of kind.series.length > 1 ? kind.series : []) {
    legend.append(el('span', { class: dash === undefined ? 'key' : 'key key-dashed', text: name }));
  }
  const below = el('div', { class: 'below' }, legend, pointed);
  const node = el('figure', { class: 'chart' }, el('figcaption', { text: kind.title }), reading, plot, below);
  let chart;

  function draw(data) {
    chart = new uPlot(optionsOf(kind, plot, pointed), data, plot);
  }

  new ResizeObserver(() => chart?.setSize({ width: plot.clientWidth, height: HEIGHT })).observe(plot);
  return {
    node,
    show(history) {
      const columns = kind.series.map(({ column }) => history[column]);
      const words = readingWords(kind, history, columns);
      setText(reading, words);
      setAttribute(plot, 'aria-label', `${kind.title}, the last 15 minutes: ${words}`);
      const data = [history.at.map((at) => at / 1000), ...columns];
      if (chart === undefined) draw(data);
      else chart.setData(data);
    },
    discard() {
      chart?.destroy();
      chart = undefined;
    },
  };
}

/** The numbers in words. */
function readingWords(kind, { at }, columns) {
  if (at.length === 0) return 'The first reading comes within seconds.';
  if (kind.rate !== true) {
    const [values] = columns;
    const most = Math.max(...values);
    return `${(values.at(-1) ?? 0).toLocaleString('en')} now, ${most.toLocaleString('en')} at most`;
  }
  const totals = columns.map((values) =>
    values.reduce((sum, value, i) => sum + (i === 0 ? 0 : (value * (at[i] - at[i - 1])) / 1000), 0),
  );
  return kind.series.map(({ name }, i) => `${Math.round(totals[i]).toLocaleString('en')} ${name}`).join(', ');
}

function optionsOf(kind, plot, pointed) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: plot.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { range: () => [serverNow() / 1000 - WINDOW_S, serverNow() / 1000] },
      y: { range: rangeOf },
    },
    axes: [
      { ...axis, space: 70, size: 26, values: [[60, '{HH}:{mm}', null, null, null, null, null, null, 1]] },
      { ...axis, size: 44, space: 28, ...(kind.rate === true ? undefined : { incrs: WHOLE_STEPS }) },
    ],
    series: [
      {},
      ...kind.series.map(({ name, colour: variable, dash }) => ({
        label: name,
        stroke: colour(variable),
        width: 2,
        points: { show: false },
        ...(dash === undefined ? undefined : { dash }),
      })),
    ],
    hooks: { setCursor: [(chart) => setText(pointed, pointedWords(chart))] },
  };
}

/** There is no half session. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** From 0 to a little above the highest value, and at least to 1. */
function rangeOf(_chart, _low, high) {
  return [0, Math.max(1, (high ?? 0) * 1.15)];
}

function pointedWords({ cursor, data, series }) {
  if (cursor.idx === null || cursor.idx === undefined) return '';
  const values = series
    .slice(1)
    .map(({ label }, i) => `${(data[i + 1][cursor.idx] ?? 0).toLocaleString('en')} ${label}`);
  return `${clockWords(data[0][cursor.idx] * 1000)}: ${values.join(', ')}`;
}
