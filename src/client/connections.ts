import { type HostPort, hostPortText } from '../config/host-port.js';
import { backoffMs, type Pauses } from './backoff.js';
import type { ClientHost, ClientSettings } from './client-config.js';
import { AuthenticationError, ClientClosedError } from './client-errors.js';
import { BrokerConnection } from './connection.js';

/**
 * A broker answers the requests of a connection one after the other, so a fetch that waits for data would hold up a
 * heartbeat or a look-up: those have connections of their own.
 */
export type Lane = 'data' | 'fetch' | 'coordinator';

interface Slot {
  open: BrokerConnection | null;
  opening: Promise<BrokerConnection> | null;
  failures: number;
  notBeforeMs: number;
}

/** At most one connection per broker address and lane, opened when it is first wanted. */
export class Connections {
  private readonly settings: ClientSettings;
  private readonly host: ClientHost;
  private readonly pauses: Pauses;
  private readonly slots = new Map<string, Slot>();
  private closed = false;

  constructor(settings: ClientSettings, host: ClientHost, pauses: Pauses) {
    this.settings = settings;
    this.host = host;
    this.pauses = pauses;
  }

  /** The connection if it is there and of use. */
  current(address: HostPort, lane: Lane): BrokerConnection | null {
    const open = this.slots.get(slotName(address, lane))?.open ?? null;
    if (open === null || open.isClosed) return null;
    const idleMs = this.host.clock.monotonicMs() - open.lastUsedMs;
    if (open.inFlightCount === 0 && idleMs > this.settings.connectionsMaxIdleMs) {
      open.close();
      return null;
    }
    return open;
  }

  /**
   * @param withinMs the most that a new connection and each answer of its set-up may take, where the settings allow more.
   * @throws NetworkError, DisconnectedError, ProtocolMismatchError, KafkaError, AuthenticationError, ClientSetupError
   */
  get(address: HostPort, lane: Lane, withinMs = Number.POSITIVE_INFINITY): Promise<BrokerConnection> {
    if (this.closed) return Promise.reject(new ClientClosedError());
    const current = this.current(address, lane);
    if (current !== null) return Promise.resolve(current);
    const slot = this.slot(slotName(address, lane));
    slot.opening ??= this.open(address, slot, withinMs).finally(() => {
      slot.opening = null;
    });
    return slot.opening;
  }

  /** Whether the last try failed so short a time ago that the next one has to wait. */
  isBackingOff(address: HostPort, lane: Lane): boolean {
    const slot = this.slots.get(slotName(address, lane));
    return slot !== undefined && slot.notBeforeMs > this.host.clock.monotonicMs();
  }

  close(): void {
    this.closed = true;
    for (const slot of this.slots.values()) slot.open?.close();
    this.slots.clear();
  }

  private slot(name: string): Slot {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = { open: null, opening: null, failures: 0, notBeforeMs: 0 };
      this.slots.set(name, slot);
    }
    return slot;
  }

  private async open(address: HostPort, slot: Slot, withinMs: number): Promise<BrokerConnection> {
    const { settings, host } = this;
    const waitMs = slot.notBeforeMs - host.clock.monotonicMs();
    if (waitMs > 0) await this.pauses.wait(waitMs);
    const { connectionSetupTimeoutMs, connectionSetupTimeoutMaxMs, requestTimeoutMs } = settings;
    const fraction = host.random.fraction();
    const setupMs = backoffMs(slot.failures, connectionSetupTimeoutMs, connectionSetupTimeoutMaxMs, fraction);
    const answerMs = Math.min(requestTimeoutMs, withinMs);
    try {
      const connection = await BrokerConnection.open(address, settings, host, Math.min(setupMs, withinMs), answerMs);
      if (this.closed) {
        connection.close();
        throw new ClientClosedError();
      }
      slot.failures = 0;
      slot.open = connection;
      return connection;
    } catch (error) {
      if (error instanceof AuthenticationError) this.tell(error);
      const delayMs = this.pauses.backoffMs(slot.failures, settings.reconnectBackoffMs, settings.reconnectBackoffMaxMs);
      slot.failures++;
      slot.notBeforeMs = host.clock.monotonicMs() + delayMs;
      throw error;
    }
  }

  /** As Java's clients do: their users see of such an error what a program prints, or else this. */
  private tell({ address, advice }: AuthenticationError): void {
    const logger = this.host.logger.with(
      `[clientId=${this.settings.clientId}] `,
      'org.apache.kafka.clients.NetworkClient',
    );
    logger.error(`Connection to ${address} failed authentication due to: ${advice}`);
  }
}

const slotName = (address: HostPort, lane: Lane): string => `${lane} ${hostPortText(address.host, address.port)}`;
