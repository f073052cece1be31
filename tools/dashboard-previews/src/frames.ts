import { FieldType, type DataFrame, type Field } from '@grafana/data';
import type { Answer, Series, Target } from './preview.ts';

/** The data frames that Grafana's Prometheus data source makes of an answer. */
export function framesOf(target: Target, answer: Answer, answers: number): DataFrame[] {
  if (target.format !== 'table') return answer.series.map((series) => seriesFrame(target, answer, series));
  return answer.series.length === 0
    ? []
    : [tableFrame(answer, answers > 1 ? `Value #${answer.refId}` : 'Value')];
}

function seriesFrame(target: Target, answer: Answer, { metric, points }: Series): DataFrame {
  const name = nameOf(target, answer, metric);
  const time: Field<number> = {
    name: 'Time',
    type: FieldType.time,
    // Where points are further apart than this, a line has a gap.
    config: answer.stepMs > 0 ? { interval: answer.stepMs } : {},
    values: points.map(([seconds]) => seconds * 1000),
  };
  const value: Field<number> = {
    name: 'Value',
    type: FieldType.number,
    config: name === undefined ? {} : { displayNameFromDS: name },
    labels: { ...metric },
    values: points.map(([, text]) => numberOf(text)),
  };
  return {
    refId: answer.refId,
    fields: [time, value],
    length: points.length,
    ...(name !== undefined && { name }),
  };
}

/** What a series is called; undefined leaves it to the labels in which the series differ. */
function nameOf(
  { legendFormat = '' }: Target,
  { expr }: Answer,
  metric: Series['metric'],
): string | undefined {
  const labels = Object.entries(metric).filter(([label]) => label !== '__name__');
  if (legendFormat === '__auto') return labels.length === 0 ? expr : undefined;
  if (legendFormat !== '')
    return legendFormat.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
  const inside = labels.map(([label, value]) => `${label}="${value}"`).join(', ');
  return inside === '' && metric['__name__'] === undefined ? expr : `${metric['__name__'] ?? ''}{${inside}}`;
}

/** All series of an answer as the rows of one table: time, a column for each label, value. */
function tableFrame({ refId, series }: Answer, valueName: string): DataFrame {
  const rows = series.flatMap(({ metric, points }) =>
    points.map(([seconds, text]) => ({ metric, seconds, text })),
  );
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric).toSorted()))];
  const fields: Field[] = [
    { name: 'Time', type: FieldType.time, config: {}, values: rows.map(({ seconds }) => seconds * 1000) },
    ...labels.map((label) => ({
      name: label,
      type: FieldType.string,
      config: {},
      values: rows.map(({ metric }) => metric[label] ?? ''),
    })),
    { name: valueName, type: FieldType.number, config: {}, values: rows.map(({ text }) => numberOf(text)) },
  ];
  return { refId, fields, length: rows.length };
}

/** Prometheus writes the numbers that JSON does not have as +Inf, -Inf and NaN. */
function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
