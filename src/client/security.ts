import { type SecurityProtocol, securityProtocolOf } from '../config/endpoint.js';
import type { ClientHost } from './client-config.js';
import type { SecureChannel } from './security/secure-channel.js';
import type { SharedConfig } from './security/tls-keys.js';

/** What stands between TCP and the first ordinary request, by security.protocol. */
export interface Security {
  readonly protocol: SecurityProtocol;
  /**
   * What connections need beside TCP: made once, with the first of them; null where they need nothing.
   * @throws ClientSetupError
   */
  channel(host: ClientHost): Promise<SecureChannel> | null;
}

const PLAINTEXT: Security = { protocol: 'PLAINTEXT', channel: () => null };

/** Reads no file yet, and loads nothing for a client that speaks in the clear. */
export function securityOf(config: SharedConfig): Security {
  const protocol = securityProtocolOf(config.get('security.protocol')) ?? 'PLAINTEXT';
  if (protocol === 'PLAINTEXT') return PLAINTEXT;
  let channel: Promise<SecureChannel> | null = null;
  return {
    protocol,
    channel(host) {
      channel ??= import('./security/secure-channel.js').then(({ openChannel }) => openChannel(protocol, config, host));
      return channel;
    },
  };
}
