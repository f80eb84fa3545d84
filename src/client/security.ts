import type { Connection } from '../base/network.js';
import { ConfigException } from '../config/config-exception.js';
import type { HostPort } from '../config/host-port.js';
import type { BrokerConnection } from './connection.js';

/** What stands between TCP and the first ordinary request. */
export interface Security {
  readonly protocol: string;
  /** Makes a fresh TCP connection a secure one. */
  transport(connection: Connection, address: HostPort, timeoutMs: number): Promise<Connection>;
  /** Comes after the handshake about versions. */
  authenticate(connection: BrokerConnection): Promise<void>;
}

const PLAINTEXT: Security = {
  protocol: 'PLAINTEXT',
  transport: (connection) => Promise.resolve(connection),
  authenticate: () => Promise.resolve(),
};

/** @throws ConfigException for a protocol that this client cannot speak. */
export function securityOf(protocol: string): Security {
  const name = protocol.toUpperCase();
  if (name === PLAINTEXT.protocol) return PLAINTEXT;
  throw new ConfigException(
    `security.protocol=${name} is not supported by this client: it speaks PLAINTEXT alone. Use a listener of the broker that has the protocol PLAINTEXT.`,
  );
}
