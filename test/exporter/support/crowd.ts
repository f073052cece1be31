import type { ClientFamily } from '../../../src/exchange/index.ts';
import type { Observer } from '../../../src/observer.ts';
import { loseSession, watched } from './watched.ts';

const FAMILIES: readonly ClientFamily[] = ['cursor', 'zed', 'claude-code', 'vscode', 'other'];
const TARGETS = ['orders', 'search'] as const;

/** An observer that has seen very many sessions; each of the last `faults` was lost, and refused with 400. */
export function crowd({
  sessions,
  faults,
}: {
  readonly sessions: number;
  readonly faults: number;
}): Observer {
  const world = watched(TARGETS);
  for (let i = 0; i < sessions; i++) {
    const session = i.toString(16).padStart(12, '0');
    const client = `c${(i % 5000).toString(16).padStart(11, '0')}`;
    const family = FAMILIES[i % FAMILIES.length] as ClientFamily;
    const target = TARGETS[i % TARGETS.length] as string;
    if (i >= sessions - faults) loseSession(world, session, 400, { client, family, target });
    else world.tell({ rpcMethods: ['initialize'], sessionGiven: session, client, family, target });
  }
  return world.observer;
}
