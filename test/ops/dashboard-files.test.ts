import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { DASHBOARDS } from '../../src/ops/dashboard/dashboards.ts';
import { dashboardFiles } from '../../src/ops/dashboard/files.ts';
import { dashboards, panels } from './built-dashboards.ts';

const files = dashboardFiles();

describe('the files of the dashboards', () => {
  it.each(dashboards)('of $title are JSON, and a manifest that holds the same', (dashboard) => {
    const json = files.get(`dashboards/${dashboard.uid}.json`) ?? '';
    expect(JSON.parse(json)).toEqual(dashboard);
    const [document, ...more] = parseAllDocuments(
      files.get(`dashboards/kubernetes/${dashboard.uid}.yaml`) ?? '',
    );
    expect(more).toEqual([]);
    const manifest = document?.toJS() as Record<string, unknown>;
    expect(manifest).toMatchObject({
      apiVersion: 'grafana.integreatly.org/v1beta1',
      kind: 'GrafanaDashboard',
      metadata: { name: dashboard.uid },
    });
    expect((manifest['spec'] as { json: string }).json).toBe(json);
  });

  it('are one of each for each dashboard, and the page about them', () => {
    expect(files.size).toBe(2 * DASHBOARDS.length + 1);
  });
});

describe('the page about them', () => {
  const page = files.get('docs/dashboards.md') ?? '';

  it.each(panels.map(({ panel, name }) => [name, panel] as const))('has a line for %s', (_, panel) => {
    expect(page).toContain(`- _${panel.title}._ ${panel.description}\n`);
  });

  it('leads to a heading for each of them', () => {
    const anchors = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    // GitHub: small letters, no punctuation, a hyphen for each blank.
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors).toHaveLength(DASHBOARDS.length);
    expect(anchors.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  });
});
