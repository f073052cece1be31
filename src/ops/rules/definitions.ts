import { capacityAlerts } from './capacity-alerts.ts';
import type { AlertDefinition } from './definition.ts';
import { exporterAlerts } from './exporter-alerts.ts';
import { faultAlerts } from './fault-alerts.ts';
import { probeAlerts } from './probe-alerts.ts';
import { recoveryAlerts } from './recovery-alerts.ts';

/** The alerts that are of no single fault, in the order in which they are documented. */
export const ownDefinitions: readonly AlertDefinition[] = [
  ...recoveryAlerts(),
  ...capacityAlerts(),
  ...probeAlerts(),
  ...exporterAlerts(),
];

/** Every alert there is. */
export const definitions: readonly AlertDefinition[] = [...faultAlerts(), ...ownDefinitions];

/** The alert of this id. Throws a RangeError when there is none. */
export function definitionOf(id: string): AlertDefinition {
  const found = definitions.find((definition) => definition.id === id);
  if (found === undefined) throw new RangeError(`there is no alert ${id}`);
  return found;
}
