import type { BrokerConfig } from '../config/broker-config.js';
import { RateMeter } from './rate-meter.js';

/** A listener whose connections count. */
export interface LimitedListener {
  readonly name: string;
  /** There may be room for those that wait. */
  admit(): void;
  /** Closes so many, or all, of its connections: those that were silent the longest. Returns how many. */
  closeIdlest(count: number): number;
}

interface ListenerLimit {
  readonly listener: LimitedListener;
  max: number;
  maxRate: number;
  readonly rate: RateMeter;
  count: number;
}

/** The quota of an address that it has of its own, or by default; null without any. */
export type RateOfAddress = (address: string) => number | null;

/** Addresses that are remembered before those that were silent are forgotten. */
const MANY_ADDRESSES = 1000;

/**
 * How many connections the listeners of a broker, or of a controller, take together, and how fast (KIP-402, KIP-612).
 * All of it may change while they run. The listener on which brokers reach each other, when it is not the only one,
 * keeps to its own limits alone: where it takes one too many, another listener gives one up.
 */
export class ConnectionLimits {
  private readonly rateOfAddress: RateOfAddress;
  private readonly interBroker: string;
  private readonly newMeter: () => RateMeter;
  private readonly longestThrottleMs: number;
  private readonly listeners = new Map<string, ListenerLimit>();
  private readonly countOfAddress = new Map<string, number>();
  private readonly meterOfAddress = new Map<string, RateMeter>();
  private readonly rate: RateMeter;
  private config: BrokerConfig;
  private count = 0;
  private max = Number.POSITIVE_INFINITY;
  private maxRate = Number.POSITIVE_INFINITY;
  private maxOfAddress = Number.POSITIVE_INFINITY;
  private overrides: ReadonlyMap<string, number> = new Map();

  constructor(config: BrokerConfig, rateOfAddress: RateOfAddress) {
    const windowMs = config.get('quota.window.size.seconds') * 1000;
    const windows = config.get('quota.window.num');
    this.newMeter = () => new RateMeter(windowMs, windows);
    this.longestThrottleMs = windowMs;
    this.rateOfAddress = rateOfAddress;
    this.interBroker = config.interBroker.listener;
    this.rate = this.newMeter();
    this.config = config;
    this.configure(config);
  }

  add(listener: LimitedListener): void {
    const limit = { listener, max: 0, maxRate: 0, rate: this.newMeter(), count: 0 };
    this.listeners.set(listener.name, limit);
    this.configureListener(limit);
  }

  configure(config: BrokerConfig): void {
    this.config = config;
    this.max = config.get('max.connections');
    this.maxRate = config.get('max.connection.creation.rate');
    this.maxOfAddress = config.get('max.connections.per.ip');
    this.overrides = overridesOf(config.get('max.connections.per.ip.overrides'));
    for (const limit of this.listeners.values()) this.configureListener(limit);
    this.closeExcess();
    this.wake();
  }

  /** A connection came: how long it has to wait for the rates of the listener and of all. */
  arrived(listener: string, nowMs: number): number {
    const limit = this.limitOf(listener);
    limit.rate.record(1, nowMs);
    const ownMs = limit.rate.throttleMs(limit.maxRate, nowMs);
    if (this.isProtected(listener)) return Math.min(ownMs, this.longestThrottleMs);
    this.rate.record(1, nowMs);
    return Math.min(Math.max(ownMs, this.rate.throttleMs(this.maxRate, nowMs)), this.longestThrottleMs);
  }

  hasRoom(listener: string): boolean {
    const { count, max } = this.limitOf(listener);
    return count < max && (this.isProtected(listener) || this.count < this.max);
  }

  /** After how long a connection of the address is closed for coming too soon; 0 when it is not. */
  throttleMsOf(address: string, nowMs: number): number {
    const quota = this.rateOfAddress(address);
    if (quota === null) return 0;
    const meter = this.meterOfAddress.get(address) ?? this.newMeter();
    this.forgetSilent(nowMs);
    this.meterOfAddress.set(address, meter);
    meter.record(1, nowMs);
    const throttleMs = meter.throttleMs(quota, nowMs);
    if (throttleMs > 0) meter.record(-1, nowMs);
    return Math.min(throttleMs, this.longestThrottleMs);
  }

  /** False, and nothing counted, when there are enough of its address. */
  take(listener: string, address: string): boolean {
    const ofAddress = this.countOfAddress.get(address) ?? 0;
    if (ofAddress >= (this.overrides.get(address) ?? this.maxOfAddress)) return false;
    this.countOfAddress.set(address, ofAddress + 1);
    this.limitOf(listener).count++;
    this.count++;
    this.closeExcess();
    return true;
  }

  release(listener: string, address: string): void {
    const ofAddress = (this.countOfAddress.get(address) ?? 1) - 1;
    if (ofAddress === 0) this.countOfAddress.delete(address);
    else this.countOfAddress.set(address, ofAddress);
    this.limitOf(listener).count--;
    this.count--;
    this.wake();
  }

  private configureListener(limit: ListenerLimit): void {
    const own = this.config.forListener(limit.listener.name);
    limit.max = own.get('max.connections');
    limit.maxRate = own.get('max.connection.creation.rate');
  }

  private isProtected(listener: string): boolean {
    return listener === this.interBroker && this.listeners.size > 1;
  }

  private limitOf(listener: string): ListenerLimit {
    const limit = this.listeners.get(listener);
    if (limit === undefined) throw new Error(`the listener ${listener} has no limits`);
    return limit;
  }

  private closeExcess(): void {
    let excess = this.count - this.max;
    for (const { listener } of this.listeners.values()) {
      if (excess > 0 && !this.isProtected(listener.name)) excess -= listener.closeIdlest(excess);
    }
  }

  private wake(): void {
    for (const { listener } of this.listeners.values()) listener.admit();
  }

  private forgetSilent(nowMs: number): void {
    if (this.meterOfAddress.size < MANY_ADDRESSES) return;
    for (const [address, meter] of this.meterOfAddress) if (meter.isIdle(nowMs)) this.meterOfAddress.delete(address);
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
