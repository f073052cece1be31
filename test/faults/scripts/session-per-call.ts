import type { RpcMethod } from '../../../src/exchange/index.ts';
import type { FaultScripts, ScriptClient, Wire } from '../script.ts';

const LIST_AND_CALL: readonly RpcMethod[] = ['tools/list', 'tools/call'];

interface Habit {
  readonly methods?: readonly RpcMethod[];
  /** Seconds from the handshake to the last request of a session. */
  readonly life?: number;
  /** Seconds from there to the next session. */
  readonly pause?: number;
  readonly deletes?: boolean;
}

/** Session after session by one client. */
function sessions(wire: Wire, client: ScriptClient, count: number, habit: Habit): void {
  const { methods = LIST_AND_CALL, life = 0, pause = 20, deletes = false } = habit;
  for (let i = 0; i < count; i++) {
    const session = client.initialize();
    for (const method of methods.slice(0, -1)) client.post(method, session);
    wire.pass(life);
    for (const method of methods.slice(-1)) client.post(method, session);
    if (deletes) client.delete(session, { status: 204 });
    wire.pass(pause);
  }
  wire.pass(31);
}

export const scripts: FaultScripts = {
  fault: 'session-per-call',
  faulty: [
    {
      name: 'a session for every call of a tool (langchain-mcp-adapters#207)',
      tell: (wire) => sessions(wire, wire.client(), 12, { methods: ['tools/call'], pause: 25 }),
    },
    {
      name: 'ten sessions of four requests: initialize, initialized, a listing and a call (adk-python#4277)',
      above: 'sessions',
      below: 'requests',
      closesAfter: 549,
      tell: (wire) => sessions(wire, wire.client(), 10, {}),
    },
    {
      name: 'each lives 29 s',
      below: 'lifeMs',
      tell: (wire) => sessions(wire, wire.client(), 10, { life: 29 }),
    },
    {
      name: 'ten of them, the first 58 minutes before the last',
      below: 'windowMs',
      tell: (wire) => sessions(wire, wire.client(), 10, { pause: 387 }),
    },
    {
      name: 'eight of ten sessions are of that kind',
      above: 'share',
      tell(wire) {
        const client = wire.client();
        sessions(wire, client, 2, { life: 45 });
        sessions(wire, client, 8, {});
      },
    },
  ],
  quiet: [
    {
      name: 'a command line tool, run once for each prompt, says goodbye each time',
      tell: (wire) => sessions(wire, wire.client(), 15, { deletes: true }),
    },
    {
      name: 'a health probe looks at the tools and never calls one',
      tell: (wire) => sessions(wire, wire.client(), 15, { methods: ['tools/list'], pause: 60 }),
    },
    {
      name: 'ten people with one session each',
      tell(wire) {
        for (let i = 0; i < 10; i++) sessions(wire, wire.client(`user ${i}`), 1, {});
      },
    },
    {
      name: 'nine sessions',
      below: 'sessions',
      tell: (wire) => sessions(wire, wire.client(), 9, {}),
    },
    {
      name: 'five requests in each session: initialize, initialized, two listings and a call',
      above: 'requests',
      tell: (wire) =>
        sessions(wire, wire.client(), 10, { methods: ['tools/list', 'prompts/list', 'tools/call'] }),
    },
    {
      name: 'each lives 31 s',
      above: 'lifeMs',
      tell: (wire) => sessions(wire, wire.client(), 10, { life: 31 }),
    },
    {
      name: 'ten of them, but never ten within an hour',
      above: 'windowMs',
      tell: (wire) => sessions(wire, wire.client(), 10, { pause: 405 }),
    },
    {
      name: 'eleven of fourteen sessions are of that kind',
      below: 'share',
      tell(wire) {
        const client = wire.client();
        sessions(wire, client, 3, { life: 45 });
        sessions(wire, client, 11, {});
      },
    },
  ],
};
