import { isInitialize, type ClientFamily } from '../../exchange/index.ts';
import { clientRef, type RecoveryOutcome } from '../../session/index.ts';
import type { Sink } from '../../signals/index.ts';
import { renew } from './renew.ts';

/** What was seen of one version of a product at one target. */
export interface VersionSeen {
  readonly version: string;
  /** Of those that are remembered. */
  readonly clients: number;
  /** Lost sessions of this version, by what became of them. */
  readonly recoveries: Partial<Record<RecoveryOutcome, number>>;
}

/** Which versions of the products were seen, and how they recover: what is too open a list for a metric. */
export interface ClientVersions extends Required<Pick<Sink, 'exchange' | 'recovered'>> {
  /** The version that a client named last; see {@link clientRef}. */
  readonly of: (client: string) => string | undefined;
  /** Those of one product at one target, by {@link keyOf}; the one with most clients first, of equals the latest. */
  readonly seen: () => ReadonlyMap<string, readonly VersionSeen[]>;
}

/** What a {@link ClientVersions} remembers at most: clients, and for each product at each target versions. */
export const VERSION_LIMITS = { clients: 5000, products: 500, versions: 20 } as const;

type Limits = Readonly<Record<keyof typeof VERSION_LIMITS, number>>;

interface Known {
  readonly product: string;
  readonly version: string;
}

/** The name of one product at one target, as seen from one side. */
export function keyOf(of: {
  readonly vantage: string;
  readonly target: string;
  readonly family: ClientFamily;
}): string {
  return `${of.vantage} ${of.target} ${of.family}`;
}

/** Makes empty {@link ClientVersions}. Of clients, products and versions the one that rested longest makes room. */
export function createClientVersions(limits: Limits = VERSION_LIMITS): ClientVersions {
  const clients = new Map<string, Known>();
  const products = new Map<string, Map<string, Partial<Record<RecoveryOutcome, number>>>>();

  function recoveriesOf({ product, version }: Known): Partial<Record<RecoveryOutcome, number>> {
    const versions = products.get(product) ?? new Map<string, Partial<Record<RecoveryOutcome, number>>>();
    const recoveries = versions.get(version) ?? {};
    renew(versions, version, recoveries, limits.versions);
    renew(products, product, versions, limits.products);
    return recoveries;
  }

  return {
    of: (client) => clients.get(client)?.version,
    exchange(exchange) {
      if (exchange.clientVersion === undefined) return;
      const client = clientRef(exchange);
      const told = { product: keyOf(exchange), version: exchange.clientVersion };
      const before = clients.get(client);
      // Between handshakes there is the User-Agent alone, and products share some.
      const stays = before !== undefined && before.product !== told.product && !isInitialize(exchange);
      const known = stays ? before : told;
      renew(clients, client, known, limits.clients);
      if (known.version !== before?.version) recoveriesOf(known);
    },
    recovered({ client, outcome }) {
      const known = clients.get(client);
      if (known === undefined) return;
      const recoveries = recoveriesOf(known);
      recoveries[outcome] = (recoveries[outcome] ?? 0) + 1;
    },
    seen() {
      const counts = new Map<string, number>();
      for (const { product, version } of clients.values()) {
        const key = `${product} ${version}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const seen = [...products].map(([product, versions]) => {
        const told = [...versions].map(([version, recoveries]) => {
          return { version, recoveries, clients: counts.get(`${product} ${version}`) ?? 0 };
        });
        return [product, told.toSorted((a, b) => b.clients - a.clients || compareVersions(b, a))] as const;
      });
      return new Map(seen);
    },
  };
}

const { compare } = new Intl.Collator('en', { numeric: true });

function compareVersions(a: VersionSeen, b: VersionSeen): number {
  return compare(a.version, b.version);
}
