import type { BrokerConfig } from '../config/broker-config.js';
import type { TransactionSettings } from '../state/transaction/transaction-machine.js';

export function transactionSettings(config: BrokerConfig): TransactionSettings {
  return {
    maxTimeoutMs: config.get('transaction.max.timeout.ms'),
    idExpirationMs: config.get('transactional.id.expiration.ms'),
    idExpirationIntervalMs: config.get('transaction.remove.expired.transaction.cleanup.interval.ms'),
    allowsTwoPhaseCommit: config.get('transaction.two.phase.commit.enable'),
  };
}
