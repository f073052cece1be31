import { describe, expect, it } from 'vitest';
import { dashboards, panels, type Panel } from './built-dashboards.ts';

describe('the dashboards', () => {
  it('are found under the addresses that alerts and bookmarks have', () => {
    expect(dashboards.map(({ uid, title }) => [uid, title])).toEqual([
      ['mcp-session-health', 'MCP / Session health'],
      ['mcp-sessions-connections', 'MCP / Sessions and connections'],
      ['mcp-reconnect-storms', 'MCP / Reconnect storms'],
      ['mcp-clients', 'MCP / Clients'],
      ['mcp-servers-probes', 'MCP / Servers and probes'],
      ['mcp-protocol-migration', 'MCP / Protocol migration'],
      ['mcp-exporter', 'MCP / Exporter'],
    ]);
  });

  it('show what is broken on the first screen of the first of them', () => {
    const [health] = dashboards;
    // A screen of 1080 lines holds some 25 rows of Grafana's grid.
    const upTo = health?.panels.filter(({ type, gridPos: { y, h } }) => type !== 'row' && y + h <= 25) ?? [];
    expect(upTo.map(({ title }) => title)).toEqual([
      'Faults open, by the side that has to act',
      'Alerts firing',
      'Sessions replaced',
      'Sessions lost',
      'Storms and loops',
      'Open faults',
      'Alerts that fire',
      'Faults that began, by fault',
      'Clients that met them',
    ]);
  });
});

describe.each(dashboards)('$title', (dashboard) => {
  const { uid, panels: all, templating, annotations } = dashboard;
  const shown = all.filter(({ type }) => type !== 'row');

  it('is of the version that files are provisioned in, and asks its question', () => {
    expect(dashboard.schemaVersion).toBe(42);
    expect(dashboard.description).toMatch(/\?$/);
    // As much as Grafana and its operator take.
    expect(uid).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  it('gives every panel an id and a title of its own', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ id }) => !(id > 0))).toEqual([]);
    expect(new Set(shown.map(({ title }) => title)).size).toBe(shown.length);
  });

  it('lays no panel over another, and leaves no hole', () => {
    const cells = all.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    const lowest = Math.max(...all.map(({ gridPos: { y, h } }) => y + h));
    expect(cells.length).toBe(24 * lowest);
  });

  it('asks for the values of its variables each time', () => {
    const [datasource, ...asked] = templating.list;
    const others = asked.filter(({ type }) => type !== 'textbox');
    expect(datasource).toMatchObject({ name: 'datasource', type: 'datasource' });
    expect(others.slice(0, 3).map(({ name }) => name)).toEqual(['job', 'target', 'client']);
    for (const variable of others) {
      expect(variable).toMatchObject({ refresh: 2, multi: true, includeAll: true });
      expect(variable.description).toMatch(/\.$/);
    }
  });

  it('uses every variable that it has beside those of all', () => {
    const own = templating.list.slice(4, -1).map(({ name }) => name);
    const asked = shown.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    expect(own.filter((name) => !asked.includes(`"$${name}"`))).toEqual([]);
    for (const { repeat } of all) if (repeat !== undefined) expect(own).toContain(repeat);
  });

  it('asks at last where the evidence is', () => {
    expect(templating.list.at(-1)).toMatchObject({
      name: 'page',
      type: 'textbox',
      label: 'Status page',
      query: 'http://127.0.0.1:9464',
      current: { value: 'http://127.0.0.1:9464' },
    });
  });

  it('marks alerts and restarts', () => {
    expect(annotations.list.map(({ name, enable, datasource }) => [name, enable, datasource.uid])).toEqual([
      ['Alerts', true, '${datasource}'],
      ['Restarts', true, '${datasource}'],
    ]);
  });
});

const seen = panels.map(({ panel, name }) => [name, panel] as const);

describe('the panel', () => {
  it.each(seen)('%s says what it shows, in which unit, and what stands there without data', (_, panel) => {
    expect(panel.description).toMatch(/^\S+ \S+ .*\.$/s);
    expect(panel.datasource.uid).toBe('${datasource}');
    expect(panel.targets.length).toBeGreaterThan(0);
    expect(panel.fieldConfig.defaults.unit).toBeTruthy();
    expect(panel.fieldConfig.defaults.noValue).toBeTruthy();
  });

  it.each(seen)('%s says why it changes its colour where it does', (_, { fieldConfig, description }) => {
    const [base, ...steps] = fieldConfig.defaults.thresholds.steps;
    expect(base?.value).toBeNull();
    const ascending = steps.map(({ value }) => value ?? 0).toSorted((a, b) => a - b);
    expect(steps.map(({ value }) => value)).toEqual(ascending);
    if (steps.length === 0) return expect(base?.color).toBe('green');
    for (const { color } of steps) expect(description).toMatch(new RegExp(`${color} from (\\d|one)`, 'i'));
    return expect(description).toMatch(/ from [^:]+: \S+ \S+ .*\.$/);
  });

  const coloured = seen.flatMap(([name, { description, fieldConfig }]) =>
    fieldConfig.overrides.flatMap(({ matcher, properties }) =>
      properties
        .filter(({ id }) => id === 'thresholds')
        .map(({ value }) => ({ name, column: matcher.options, steps: stepsIn(value), description })),
    ),
  );

  it.each(coloured)(
    '$name says why its column $column changes its colour',
    ({ column, steps, description }) => {
      const [, ...further] = steps;
      expect(further.length).toBeGreaterThan(0);
      for (const { color } of further)
        expect(description).toMatch(new RegExp(`${column} is (.+, )?${color} from [^:]+: \\S+ \\S+`));
    },
  );

  it.each(seen)('%s shows what the library leaves off by itself', (_, { type, options }: Panel) => {
    const reduced = options.reduceOptions?.calcs;
    if (type === 'stat') expect(reduced).toEqual(['lastNotNull']);
    if (type === 'timeseries' || type === 'status-history') expect(options.legend?.showLegend).toBe(true);
  });

  const bars = seen.filter(([, { targets, fieldConfig }]) => {
    const drawn = fieldConfig.defaults.custom?.drawStyle === 'bars';
    return drawn && targets.some(({ expr }) => expr.includes('[$__rate_interval]'));
  });

  it.each(bars)('%s tells an event in one bar, with a scrape every 15 seconds', (_, { interval = '' }) => {
    const [, minutes] = /^(\d+)m$/.exec(interval) ?? [];
    const [bar, scrape] = [Number(minutes) * 60, 15];
    // As Grafana reckons $__rate_interval: what is longer than a bar and a scrape tells what the bar before told.
    expect(Math.max(bar + scrape, 4 * scrape)).toBeLessThanOrEqual(bar + scrape);
  });

  it('leaves out of the addresses of servers what all of them have', () => {
    const all = panels.flatMap(({ panel: { transformations = [] } }) => transformations);
    const [rename, ...more] = all.filter(({ id }) => id === 'renameByRegex');
    const pattern = new RegExp(`^${String(rename?.options['regex'])}$`);
    const shown = (address: string): string =>
      address.replace(pattern, String(rename?.options['renamePattern']));
    expect(more).toEqual([]);
    expect(['https://a.test:3/mcp', 'http://a.test/', 'a.test:80', 'Check'].map(shown)).toEqual([
      'a.test:3',
      'a.test/',
      'a.test:80',
      'Check',
    ]);
  });

  const figures = seen.filter(([, { type }]) => type === 'stat');

  it.each(figures)('%s is not green when data is missing that is always there', (_, { fieldConfig }) => {
    const { noValue, mappings } = fieldConfig.defaults;
    const nothing = mappings.map(({ options }) => options).find(({ match }) => match === 'null+nan');
    expect(nothing?.result).toMatchObject({
      text: noValue,
      color: noValue.startsWith('no data') ? 'yellow' : 'green',
    });
  });
});

function stepsIn(thresholds: unknown): readonly { readonly color: string }[] {
  return (thresholds as { readonly steps: readonly { readonly color: string }[] }).steps;
}
