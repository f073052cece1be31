import { describe, expect, it } from 'vitest';
import type { UpstreamChange } from '../../../src/exchange/index.ts';
import {
  createAddresses,
  type Address,
  type Addresses,
  type AddressesOptions,
} from '../../../src/exporter/proxy/addresses.ts';

const URLS = [1, 2, 3].map((port) => new URL(`http://127.0.0.1:${port}`));
const NONE: ReadonlySet<Address> = new Set();

interface Tried {
  readonly addresses: Addresses;
  readonly told: UpstreamChange[];
  /** The port of the address that is chosen. */
  readonly port: (session?: string) => number | undefined;
  readonly pass: (ms: number) => void;
}

function three(options: Partial<AddressesOptions> = {}): Tried {
  let at = 1000;
  const told: UpstreamChange[] = [];
  const addresses = createAddresses(
    { name: 'three', addresses: URLS },
    { affinity: 'session', now: () => at, tell: (change) => void told.push(change), ...options },
  );
  return {
    addresses,
    told,
    port: (session) => addresses.choose(session, NONE)?.port,
    pass: (ms) => void (at += ms),
  };
}

describe('several addresses', () => {
  it('are asked in turn', () => {
    const { port } = three();
    expect([port(), port(), port(), port()]).toEqual([1, 2, 3, 1]);
  });

  it('keep a session where it lives', () => {
    const { addresses, port } = three();
    const home = addresses.choose(undefined, NONE) as Address;
    addresses.bind('s', home);
    expect([port('s'), port(), port('s'), port('s')]).toEqual([1, 2, 1, 1]);
  });

  it('keep none without affinity', () => {
    const { addresses, port } = three({ affinity: 'none' });
    addresses.bind('s', addresses.choose(undefined, NONE) as Address);
    expect([port('s'), port('s')]).toEqual([2, 3]);
  });

  it('rest when they take no connection, and are asked again later', () => {
    const { addresses, port, pass } = three();
    addresses.down(addresses.choose(undefined, NONE) as Address, 'connection_refused');
    expect([port(), port(), port(), port()].includes(1)).toBe(false);
    pass(5000);
    expect(new Set([port(), port(), port()])).toEqual(new Set([1, 2, 3]));
  });

  it('let a session go elsewhere when its own is gone, until all were tried', () => {
    const { addresses } = three();
    const [one, two, three_] = [1, 2, 3].map(() => addresses.choose(undefined, NONE) as Address);
    addresses.bind('s', one as Address);
    addresses.down(one as Address, 'connection_refused');
    const second = addresses.choose('s', new Set([one as Address]));
    expect([two, three_]).toContain(second);
    expect(addresses.choose('s', new Set([one, two, three_] as Address[]))).toBeUndefined();
  });

  it('are asked though all rest, for nothing better is left', () => {
    const { addresses, port } = three();
    for (let i = 0; i < 3; i++)
      addresses.down(addresses.choose(undefined, NONE) as Address, 'connection_refused');
    expect(port()).toBeDefined();
  });

  it('remember a bounded number of sessions, the latest', () => {
    const { addresses, port } = three({ mostSessions: 2 });
    const home = addresses.choose(undefined, NONE) as Address;
    for (const session of ['a', 'b']) addresses.bind(session, home);
    port('a');
    addresses.bind('c', home);
    const others = [port('b'), port('b'), port('b')];
    expect(new Set(others).size).toBe(3);
    expect([port('a'), port('c')]).toEqual([1, 1]);
  });

  it('tell how they stand', () => {
    const { addresses, told } = three();
    const address = addresses.choose(undefined, NONE) as Address;
    addresses.tellStates();
    addresses.down(address, 'connection_timeout');
    addresses.up(address);
    addresses.up(address);
    addresses.failed('connection_terminated');
    expect(told.map(({ error, addresses: { up, down } }) => [error, up, down])).toEqual([
      [undefined, 3, 0],
      ['connection_timeout', 2, 1],
      [undefined, 3, 0],
      ['connection_terminated', 3, 0],
    ]);
  });
});
