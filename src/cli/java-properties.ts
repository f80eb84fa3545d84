/**
 * Properties that KAFKA_OPTS sets for Java: `-Djava.security.auth.login.config=FILE` and the like. The scripts cut it
 * at blanks, quotes or not, and so does this.
 */
export function javaProperties(kafkaOpts: string | undefined): Map<string, string> {
  const properties = new Map<string, string>();
  for (const word of (kafkaOpts ?? '').split(/\s+/)) {
    if (!word.startsWith('-D')) continue;
    const equals = word.indexOf('=');
    if (equals < 0) properties.set(word.slice(2), '');
    else properties.set(word.slice(2, equals), word.slice(equals + 1));
  }
  return properties;
}
