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
  for (const figure of figures) {
    const heading = figure.line.legend;
    const width = figures.length < 3 ? [{ id: 'custom.width', value: widthOfFigure(heading) }] : [];
    builder.overrideByName(heading, [...propertiesOfFigure(figure), ...width]);
  }
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
  alertname: 225,
  fault: 205,
  severity: 80,
  side: 113,
  vantage: 82,
  via: 130,
};

/** What these can be is on one screen: a filter in the heading would be wider than the values. */
const FEW: ReadonlySet<string> = new Set(['severity', 'side', 'vantage']);

/** As wide as its heading, with the arrow of the order beside it. */
function widthOfFigure(heading: string): number {
  return 32 + 8 * heading.length;
}

/** Those of a matrix have names of their own at the top. */
const WIDTH_ACROSS = 105;

/** The names of checks are long, those of clients short. */
const WIDTHS_DOWN: Readonly<Record<string, number>> = { check: 218, client_name: 150 };

function propertiesOfColumn({ label, links = [] }: Column): dashboard.DynamicConfigValue[] {
  const width = WIDTHS[label];
  return [
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    { id: 'custom.filterable', value: !FEW.has(label) },
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
export function matrixOf({ down, across, heading, shortened }: MatrixPanel): TableBuilder {
  const builder = new TableBuilder()
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
    .overrideByName(heading, [{ id: 'custom.width', value: WIDTHS_DOWN[down] }]);
  if (shortened === undefined) return builder;
  return builder.withTransformation({
    id: 'renameByRegex',
    options: { regex: shortened, renamePattern: '$1' },
  });
}
