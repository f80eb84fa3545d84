import type { BrokerConfig } from '../config/broker-config.js';

/** How many connections a listener takes; changes while it runs (KIP-402). */
export class ConnectionLimits {
  private all = Number.POSITIVE_INFINITY;
  private perHost = Number.POSITIVE_INFINITY;
  /** By address. */
  private overrides: ReadonlyMap<string, number> = new Map();

  constructor(config: BrokerConfig) {
    this.configure(config);
  }

  configure(config: BrokerConfig): void {
    this.all = config.get('max.connections');
    this.perHost = config.get('max.connections.per.ip');
    this.overrides = overridesOf(config.get('max.connections.per.ip.overrides'));
  }

  /** Whether one more may come to those that there are. */
  allows(count: number, host: string, countOfHost: number): boolean {
    return count < this.all && countOfHost < (this.overrides.get(host) ?? this.perHost);
  }
}

/** `127.0.0.1:200,::1:5` */
function overridesOf(text: string): Map<string, number> {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return new Map(entries.map((entry) => [entry.replace(/:[^:]*$/, '').trim(), Number(/[^:]*$/.exec(entry)?.[0])]));
}
