import * as common from '@grafana/grafana-foundation-sdk/common';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { dataLinkOf, stepsOf } from './grafana-fields.ts';
import type { Column, Figure, MatrixPanel, TablePanel } from './page.ts';

/** Tables: Grafana gets the labels of a query as columns, and is told which to show, in which order, by which name. */

const COLOURED: common.TableCellOptions = {
  type: common.TableCellDisplayMode.ColorBackground,
  mode: common.TableCellBackgroundDisplayMode.Basic,
};

/** A table with a row for each set of labels. */
export function tableOf({ columns, figures }: TablePanel): TableBuilder {
  const names = [...columns.map(({ label }) => label), ...figures.map((_, index) => valueIn(figures, index))];
  const headings = [...columns.map(({ heading }) => heading), ...figures.map(({ line }) => line.legend)];
  const builder = new TableBuilder().height(8).showHeader(true);
  // Rows that agree in all labels become one.
  if (figures.length > 1) builder.withTransformation({ id: 'merge', options: {} });
  builder.withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true },
      indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
      renameByName: Object.fromEntries(names.map((name, index) => [name, headings[index]])),
    },
  });
  for (const column of columns) builder.overrideByName(column.heading, propertiesOfColumn(column));
  // Few figures leave the room to the names.
  const width = figures.length < 3 ? [{ id: 'custom.width', value: WIDTH_OF_FIGURE }] : [];
  for (const figure of figures)
    builder.overrideByName(figure.line.legend, [...propertiesOfFigure(figure), ...width]);
  const [first] = figures;
  const sorted = { build: () => ({ displayName: first?.line.legend ?? '', desc: true }) };
  return builder.sortBy([sorted]);
}

/** What Grafana calls the value of a query: one alone has no letter. */
function valueIn(figures: readonly Figure[], index: number): string {
  return figures.length === 1 ? 'Value' : `Value #${String.fromCodePoint(65 + index)}`;
}

/** In pixels: half the name of a fault is none. What is not here shares the rest. */
const WIDTHS: Readonly<Record<string, number>> = {
  alertname: 250,
  check: 220,
  fault: 220,
  severity: 90,
  side: 140,
  vantage: 110,
};

const WIDTH_OF_FIGURE = 90;

/** Those of a matrix have names of their own at the top. */
const WIDTH_ACROSS = 110;

function propertiesOfColumn({ label, links = [] }: Column): dashboard.DynamicConfigValue[] {
  const width = WIDTHS[label];
  return [
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    { id: 'custom.filterable', value: true },
    ...(links.length === 0 ? [] : [{ id: 'links', value: links.map((link) => dataLinkOf(link).build()) }]),
  ];
}

function propertiesOfFigure({ unit, decimals, bounds }: Figure): dashboard.DynamicConfigValue[] {
  return [
    { id: 'unit', value: unit },
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(bounds === undefined
      ? []
      : [
          { id: 'thresholds', value: stepsOf(bounds) },
          { id: 'custom.cellOptions', value: COLOURED },
        ]),
  ];
}

/** A table with one label down the side and another along the top. Only its figures are coloured. */
export function matrixOf({ down, across, heading }: MatrixPanel): TableBuilder {
  return new TableBuilder()
    .height(8)
    .showHeader(true)
    .withTransformation({
      id: 'groupingToMatrix',
      options: { columnField: across, rowField: down, valueField: 'Value', emptyValue: 'null' },
    })
    .withTransformation({
      id: 'organize',
      options: { excludeByName: {}, indexByName: {}, renameByName: { [`${down}\\${across}`]: heading } },
    })
    .overrideByFieldType('number', [
      { id: 'custom.cellOptions', value: COLOURED },
      { id: 'custom.minWidth', value: WIDTH_ACROSS },
    ])
    .overrideByName(heading, [{ id: 'custom.width', value: WIDTHS[down] ?? 150 }]);
}
