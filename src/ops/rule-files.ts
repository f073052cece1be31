import { alertTestFiles } from './alert-tests.ts';
import { alertsPage } from './alerts-page.ts';
import { ruleFiles } from './rules/groups.ts';
import { inhibitRules } from './rules/inhibition.ts';
import { rulesText, yamlOf } from './rules/rules-text.ts';
import { valuesText } from './rules/values-text.ts';
import { DEFAULT_VALUES } from './rules/values.ts';

const WRITTEN = '# Written by `npm run generate`. Do not edit.\n';

const INHIBIT = `${WRITTEN}# For the configuration of Alertmanager: these follow from docs/alerts.md, where each has its reason.\n`;

/** The rules, their tests and what goes with them, by path: no subfolder of `alerts` holds a file of rules. */
export function ruleFilesText(): readonly (readonly [path: string, text: string])[] {
  return [
    ...[...ruleFiles(DEFAULT_VALUES)].map(
      ([name, group]) => [`alerts/${name}`, WRITTEN + yamlOf({ groups: [group] })] as const,
    ),
    ...[...alertTestFiles()].map(
      ([id, tests]) => [`alerts/tests/${id}.yaml`, WRITTEN + yamlOf(tests)] as const,
    ),
    ['alerts/alertmanager/inhibit-rules.yaml', INHIBIT + yamlOf({ inhibit_rules: inhibitRules() })],
    ['alerts/kubernetes/prometheus-rule.yaml', WRITTEN + rulesText(DEFAULT_VALUES, 'prometheusrule')],
    ['alerts/values/values.example.yaml', valuesText()],
    ['docs/alerts.md', alertsPage()],
  ];
}
