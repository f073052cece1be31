import { describe, expect, it } from 'vitest';
import type { AlertDefinition } from '../../src/ops/rules/definition.ts';
import { definitions } from '../../src/ops/rules/definitions.ts';
import { rulesText } from '../../src/ops/rules/rules-text.ts';
import { DEFAULT_VALUES, type LevelValues, type Values } from '../../src/ops/rules/values.ts';

const shipped = rulesText(DEFAULT_VALUES, 'prometheus');

function withValue({ id }: AlertDefinition, name: string, value: number | string | LevelValues): Values {
  const { alerts } = DEFAULT_VALUES;
  return { ...DEFAULT_VALUES, alerts: { ...alerts, [id]: { ...alerts[id], [name]: value } } };
}

/** Another value: an odd one, so that it is found wherever it gets into a rule. */
function other(value: number | string): number | string {
  if (typeof value === 'string') return value === '17m' ? '19m' : '17m';
  return value < 1 && value > 0 ? 0.987 : value + 7;
}

const tunables = definitions.flatMap((alert) =>
  Object.entries(alert.tunables).map(([name, { value }]) => ({ alert, id: alert.id, name, value })),
);
const levels = definitions.flatMap((alert) =>
  alert.levels.map((level) => ({ alert, id: alert.id, level, severity: level.severity })),
);

describe('a value of a rule', () => {
  it.each(tunables)('$name of $id decides: another one changes the rules', ({ alert, name, value }) => {
    const changed = rulesText(withValue(alert, name, other(value)), 'prometheus');
    expect(changed).not.toBe(shipped);
  });

  it.each(levels)('of $id, $severity: all three are in force', ({ alert, severity }) => {
    const set: LevelValues = { severity: 'info', for: '13m', keep_firing_for: '23m' };
    const changed = rulesText(withValue(alert, severity, set), 'prometheus');
    expect(changed).toContain('for: 13m\n        keep_firing_for: 23m\n');
    const none = rulesText(withValue(alert, severity, { ...set, severity: 'none' }), 'prometheus');
    expect(none.length).toBeLessThan(shipped.length);
  });

  it.each(tunables)('$name of $id says why it is what it is', ({ alert, name }) => {
    expect(alert.tunables[name]?.reason).toMatch(/^\S.{9,}[^.]$/);
  });
});
