/** A configuration that cannot be: the message is the one that Apache Kafka gives. */
export class ConfigException extends Error {
  override readonly name = 'ConfigException';
}

/** `Invalid value V for configuration K: MESSAGE`, as Kafka says of a value that does not fit its key. */
export function invalidValue(name: string, valueText: string | null, message: string): ConfigException {
  return new ConfigException(`Invalid value ${valueText} for configuration ${name}: ${message}`);
}
