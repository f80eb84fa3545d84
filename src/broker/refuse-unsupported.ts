import type { BrokerConfig } from '../config/broker-config.js';

/** A configuration that Apache Kafka would run and this broker cannot: the message says what to change. */
export class UnsupportedConfigError extends Error {
  override readonly name = 'UnsupportedConfigError';
}

/**
 * A node never runs with less than its configuration asks for: a listener that lets everybody in where SASL was wanted
 * would be worse than none.
 *
 * @throws UnsupportedConfigError
 */
export function refuseUnsupported(config: BrokerConfig): void {
  if (!config.isBroker() || !config.isController()) {
    throw new UnsupportedConfigError(
      `process.roles=${[...config.roles].join(',')}: a node has to be broker and controller at once ` +
        '(process.roles=broker,controller); quorums of several nodes are not supported.',
    );
  }
  if (config.quorumVoters.size > 1) {
    throw new UnsupportedConfigError(
      `controller.quorum.voters=${config.get('controller.quorum.voters').join(',')}: quorums of several nodes are not ` +
        `supported; name node ${config.nodeId} alone.`,
    );
  }
  for (const { listener, securityProtocol } of config.listeners) {
    if (securityProtocol === 'PLAINTEXT') continue;
    throw new UnsupportedConfigError(
      `Listener ${listener} has the security protocol ${securityProtocol}: listeners speak PLAINTEXT alone so far. Map it ` +
        `to PLAINTEXT in listener.security.protocol.map, and let nobody reach it who may not use the cluster.`,
    );
  }
  const authorizer = config.get('authorizer.class.name');
  if (authorizer !== '') {
    throw new UnsupportedConfigError(
      `authorizer.class.name=${authorizer}: there is no authorizer so far, everybody may do everything. Take the setting ` +
        'out, and let nobody reach the node who may not use the cluster.',
    );
  }
}
