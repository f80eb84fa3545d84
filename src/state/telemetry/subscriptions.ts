import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import { ClientMetricsConfig } from '../../config/client-metrics-config.js';

/** What a client is, by the names that a subscription may match. */
export interface ClientAttributes {
  readonly client_instance_id: string;
  readonly client_id: string | null;
  readonly client_software_name: string;
  readonly client_software_version: string;
  readonly client_source_address: string;
  readonly client_source_port: string;
}

/** What one client is asked for. */
export interface RequestedMetrics {
  /** Prefixes of names, in the order in which Kafka gives them out. */
  readonly metrics: readonly string[];
  readonly pushIntervalMs: number;
}

const LONGEST_INTERVAL_MS = 300_000;
const ALL_METRICS = '*';

/** Which metrics are asked of which clients (KIP-714): the client metrics resources of the cluster. */
export class TelemetrySubscriptions {
  private readonly byName = new Map<string, ClientMetricsConfig>();
  /** Counts the changes. */
  version = 0;

  /** @param overrides what the resource is set to; nothing when it is gone */
  configure(name: string, overrides: ReadonlyMap<string, string>): void {
    if (overrides.size > 0) this.byName.set(name, new ClientMetricsConfig(overrides));
    else if (!this.byName.delete(name)) return;
    this.version++;
  }

  of(client: ClientAttributes): RequestedMetrics {
    const matching = inSetOrder([...this.byName.keys()])
      .map((name) => this.byName.get(name) as ClientMetricsConfig)
      .filter((subscription) => matches(subscription, client));
    const metrics = matching.flatMap((subscription) => inSetOrder(subscription.get('metrics')));
    return {
      metrics: metrics.includes(ALL_METRICS) ? [ALL_METRICS] : inSetOrder(metrics),
      pushIntervalMs: Math.min(LONGEST_INTERVAL_MS, ...matching.map((subscription) => subscription.get('interval.ms'))),
    };
  }
}

/** As a Java HashSet gives them out: the order is part of what a subscription's id is computed of. */
const inSetOrder = (names: readonly string[]): string[] => inHashOrder([...new Set(names)], javaHash);

function matches({ patterns }: ClientMetricsConfig, client: ClientAttributes): boolean {
  return [...patterns].every(([name, pattern]) => {
    const value = client[name as keyof ClientAttributes];
    return value !== null && pattern.test(value);
  });
}
