import { catalogue, isJudged, SIDES, type Side } from '../../faults/index.ts';
import { metrics } from '../../signals/index.ts';
import { increase, select, sum } from '../promql.ts';
import { line, type Row } from './grafana.ts';
import { HERE, PER_POINT } from './scope.ts';

/** A row for each side that has faults: whoever has to act finds everything of theirs in one place. */
export function faultRows(): Row[] {
  return SIDES.filter((side) => catalogue.some((fault) => fault.side === side)).map(rowOf);
}

function rowOf(side: Side): Row {
  const open = sum(select(metrics.faultsActive, { ...HERE, side }), ['fault']);
  const begun = sum(increase(select(metrics.faults, { ...HERE, side }), PER_POINT), ['target', 'fault']);
  return {
    title: `Faults of the ${side}`,
    panels: [
      {
        kind: 'lines',
        title: `Open now (${side})`,
        description: `Cases at fault now. ${listOf(side)}`,
        unit: 'none',
        width: 12,
        alarmFrom: 1,
        lines: [line(open, '', 'fault')],
      },
      {
        kind: 'bars',
        title: `Begun, by target (${side})`,
        description: 'Onsets of faults, by the endpoint where they were seen.',
        unit: 'short',
        width: 12,
        lines: [line(begun, '', 'target', 'fault')],
      },
    ],
  };
}

/** What the names in the legend mean. */
function listOf(side: Side): string {
  // What a rule decides has no cases that could be drawn.
  const faults = catalogue.filter(isJudged).filter((fault) => fault.side === side);
  return faults.map((fault) => `${fault.id}: ${fault.title.toLowerCase()}.`).join(' ');
}
