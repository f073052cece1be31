import { metrics, type Metric } from '../../../src/signals/index.ts';
import { DEAD_404, type Answer, type Script } from '../script.ts';

/** Stories for a threshold of the session table by which a number is told, and no fault. */
export interface NumberScripts {
  readonly threshold: string;
  readonly metric: Metric;
  readonly edges: readonly Script[];
}

/** A client goes on with a dead id, and begins anew so many seconds after it was told. */
const recovered =
  (seconds: number): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    const session = client.initialize();
    client.post('tools/call', session);
    client.post('tools/call', session, DEAD_404);
    wire.pass(1);
    client.post('tools/call', session, DEAD_404);
    wire.pass(seconds - 1);
    client.initialize();
  };

/** A client asks for something, and for nothing more. */
const silent =
  (seconds: number): Script['tell'] =>
  (wire) => {
    wire.client().initialize();
    wire.pass(seconds);
  };

/** A program makes a failed call again, so many seconds after it has a new session. */
const repeated =
  (seconds: number): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    const call: Answer = { callDigest: '0d0d0d0d0d0d' };
    client.post('tools/call', client.initialize(), { ...call, ...DEAD_404 });
    wire.pass(2);
    const next = client.initialize();
    wire.pass(seconds);
    client.post('tools/call', next, call);
  };

/** The stories of every such threshold. */
export const numberScripts: readonly NumberScripts[] = [
  {
    threshold: 'recoveryMs',
    metric: metrics.recoveries,
    edges: [
      { name: 'a new session after 29 s', below: 'table.recoveryMs', tell: recovered(29) },
      { name: 'a new session after 31 s', above: 'table.recoveryMs', tell: recovered(31) },
    ],
  },
  {
    threshold: 'repeatMs',
    metric: metrics.callsFailed,
    edges: [
      {
        name: 'the call again after 2.9 s',
        vantage: 'client',
        below: 'table.repeatMs',
        tell: repeated(2.9),
      },
      {
        name: 'the call again after 3.1 s',
        vantage: 'client',
        above: 'table.repeatMs',
        tell: repeated(3.1),
      },
    ],
  },
  {
    threshold: 'activeMs',
    metric: metrics.clientsActive,
    edges: [
      { name: 'silent for 590 s', below: 'table.activeMs', tell: silent(590) },
      { name: 'silent for 610 s', above: 'table.activeMs', tell: silent(610) },
    ],
  },
];
