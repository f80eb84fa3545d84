import { ClientSetupError } from '../client-errors.js';

/** What Java calls an InvalidConfigurationException. */
export function invalid(javaMessage: string, advice?: string, cause?: unknown): ClientSetupError {
  return new ClientSetupError(javaMessage, {
    javaClass: 'org.apache.kafka.common.errors.InvalidConfigurationException',
    ...(advice === undefined ? {} : { advice }),
    ...(cause === undefined ? {} : { cause }),
  });
}
