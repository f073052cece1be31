import { KNOWN, labelsOfAlert } from './known-series.ts';
import { alertingRules } from './shipped.ts';

/** A rule by which Alertmanager keeps an alert to itself while another one fires. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal?: readonly string[];
}

/**
 * A label that must agree has to be on both alerts, or on neither: where one has it and the other not, the rule is
 * never in force, and nothing says so.
 */
export function mistakesInInhibition(rule: InhibitRule): string[] {
  const [sources, targets] = [rule.source_matchers, rule.target_matchers].map(alertsMatching);
  return (sources ?? []).flatMap((source) =>
    (targets ?? []).flatMap((target) =>
      (rule.equal ?? [])
        .filter((label) => label !== 'alertname' && source.labels.has(label) !== target.labels.has(label))
        .map((label) => `${source.name} or ${target.name} has no label ${label}`),
    ),
  );
}

/** The alerts that are named; a pattern for all of ours names none. */
function alertsMatching(
  matchers: readonly string[],
): { readonly name: string; readonly labels: ReadonlySet<string> }[] {
  const named = matchers.flatMap((matcher) => /^alertname=~?"(.*)"$/.exec(matcher)?.[1]?.split('|') ?? []);
  return alertingRules()
    .filter(({ alert = '' }) => named.includes(alert))
    .map((rule) => ({ name: rule.alert ?? '', labels: labelsOfAlert(rule, KNOWN) }));
}
