import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { labelIn } from '../promql/index.ts';
import { DATASOURCE } from './grafana-fields.ts';
import { panelOf } from './grafana-panels.ts';
import type { Mark, Page, Row, Variable } from './page.ts';
import { TAG } from './uids.ts';

/**
 * Makes Grafana's classic JSON of a page; this file and its neighbours `grafana-*` alone know Grafana. They mend what
 * the library's defaults leave out: legends are off, a stat reduces its series to nothing, panels have no ids,
 * variables are never asked for again, and links lose the time and the variables.
 */

/** The page in Grafana's classic JSON, as files are provisioned. */
export function jsonOf(page: Page): string {
  const builder = new dashboard.DashboardBuilder(page.title)
    .uid(page.uid)
    .description(page.description)
    .tags(['mcp', TAG])
    .readonly()
    .timezone('browser')
    .time({ from: `now-${page.shows}`, to: 'now' })
    .refresh('30s')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(linkToOthers())
    .annotations(page.marks.map(annotationOf))
    .withVariable(datasourceVariable());
  for (const variable of page.variables) builder.withVariable(variableOf(variable));
  for (const row of page.rows) {
    builder.withRow(rowOf(row));
    for (const panel of row.panels) builder.withPanel(panelOf(panel));
  }
  const built = builder.build();
  const panels = built.panels?.map((panel, index) => ({ ...panel, id: index + 1 }));
  return `${JSON.stringify({ ...built, panels }, undefined, 2)}\n`;
}

function rowOf({ title, repeat }: Row): Builder<dashboard.RowPanel> {
  const builder = new dashboard.RowBuilder(title);
  return repeat === undefined ? builder : builder.repeat(repeat);
}

function linkToOthers(): Builder<dashboard.DashboardLink> {
  return new dashboard.DashboardLinkBuilder('MCP')
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true);
}

function annotationOf({ name, colour, vector, title, text }: Mark): Builder<dashboard.AnnotationQuery> {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(vector.promql)
    .titleFormat(title)
    .textFormat(text)
    .tagKeys(vector.labels.join(','));
}

function datasourceVariable(): Builder<dashboard.VariableModel> {
  return new dashboard.DatasourceVariableBuilder('datasource')
    .label('Data source')
    .description('The Prometheus that scrapes the exporters.')
    .type('prometheus');
}

/** Grafana's numbers for the kinds of query that fill a variable. */
const LABEL_VALUES = 1;
const QUERY_RESULT = 3;

function variableOf(variable: Variable): Builder<dashboard.VariableModel> {
  const { name, label, description, everywhere, values } = variable;
  if ('written' in values) return textVariable(variable, values.written);
  const asked =
    'in' in values
      ? {
          qryType: LABEL_VALUES,
          query: `label_values(${values.in.promql}, ${labelIn(values.in, values.ofLabel)})`,
        }
      : { qryType: QUERY_RESULT, query: `query_result(${values.resultOf.promql})` };
  const builder = new dashboard.QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATASOURCE)
    .query({ ...asked, refId: name })
    .definition(asked.query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    // oxlint-disable-next-line unicorn/no-array-sort -- a builder, not an array
    .sort(dashboard.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(everywhere === true ? '.+' : '.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
  return 'in' in values ? builder : builder.regex(`/${labelIn(values.resultOf, values.ofLabel)}="([^"]+)"/`);
}

function textVariable(
  { name, label, description }: Variable,
  text: string,
): Builder<dashboard.VariableModel> {
  return new dashboard.TextBoxVariableBuilder(name)
    .label(label)
    .description(description)
    .defaultValue(text)
    .current({ selected: true, text, value: text });
}
