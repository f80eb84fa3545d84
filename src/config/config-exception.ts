/** A configuration that cannot be: the message is the one that Apache Kafka gives. */
export class ConfigException extends Error {
  override readonly name = 'ConfigException';
  /** What Java's tools print before the message. */
  readonly javaClass: string;

  constructor(message: string, options: { readonly cause?: unknown; readonly javaClass?: string } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.javaClass = options.javaClass ?? 'org.apache.kafka.common.config.ConfigException';
  }
}

/** The same where Java calls it an illegal argument: mostly settings that do not fit each other. */
export function illegalArgument(message: string, cause?: unknown): ConfigException {
  return new ConfigException(message, { cause, javaClass: 'java.lang.IllegalArgumentException' });
}

/** `Invalid value V for configuration K: MESSAGE`, as Kafka says of a value that does not fit its key. */
export function invalidValue(name: string, valueText: string | null, message: string): ConfigException {
  return new ConfigException(`Invalid value ${valueText} for configuration ${name}: ${message}`);
}
