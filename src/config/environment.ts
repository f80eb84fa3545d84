/** Variables of a process: `process.env`, or what a test gives. */
export type Environment = Readonly<Record<string, string | undefined>>;

const CFG_PREFIX = 'KAFKA_CFG_';
const PREFIX = 'KAFKA_';

/**
 * Broker settings from environment variables, as Kafka's container images take them:
 *
 * - `KAFKA_CFG_LOG_RETENTION_MS` is `log.retention.ms` whatever the key, in the way of the Bitnami image;
 * - `KAFKA_LOG_RETENTION_MS` is it too, in the way of the Apache image, which writes `_` as `__` and `-` as `___`.
 *   Here the key has to be one that Kafka knows: a shell or Kubernetes sets variables of that form for itself
 *   (KAFKA_HOME, KAFKA_SERVICE_HOST).
 *
 * Where both are set the first counts.
 *
 * @param isKey whether the broker has such a key
 */
export function propertiesFromEnvironment(
  environment: Environment,
  isKey: (name: string) => boolean,
): Map<string, string> {
  const properties = new Map<string, string>();
  const names = Object.keys(environment).sort();
  for (const name of names.filter((name) => name.startsWith(PREFIX) && !name.startsWith(CFG_PREFIX))) {
    const key = keyOf(name.slice(PREFIX.length));
    const text = environment[name];
    if (text !== undefined && (isKey(key) || key.startsWith('listener.name.'))) properties.set(key, text);
  }
  for (const name of names.filter((name) => name.startsWith(CFG_PREFIX))) {
    const text = environment[name];
    if (text !== undefined) properties.set(withSaslNames(keyOf(name.slice(CFG_PREFIX.length))), text);
  }
  return properties;
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '.').replaceAll('...', '-').replaceAll('..', '_');
}

/** The Bitnami image writes the names of the two SASL protocols, which are parts of keys, with one underscore. */
function withSaslNames(key: string): string {
  return key.replaceAll('sasl.ssl', 'sasl_ssl').replaceAll('sasl.plaintext', 'sasl_plaintext');
}

/** The cluster id to format a directory with, as the Apache and the Bitnami image take it; null when none is set. */
export function clusterIdFromEnvironment(environment: Environment): string | null {
  return environment.CLUSTER_ID || environment.KAFKA_KRAFT_CLUSTER_ID || environment.KAFKA_CLUSTER_ID || null;
}

/** Levels of the log by logger, the root as the empty name, from KAFKA_LOG4J_ROOT_LOGLEVEL and KAFKA_LOG4J_LOGGERS. */
export function logLevelsFromEnvironment(environment: Environment): Map<string, string> {
  const levels = new Map<string, string>();
  const root = environment.KAFKA_LOG4J_ROOT_LOGLEVEL || environment.KAFKA_LOG_LEVEL;
  if (root) levels.set('', root.toUpperCase());
  for (const entry of (environment.KAFKA_LOG4J_LOGGERS ?? '').split(',')) {
    const [name, level] = entry.split('=').map((part) => part.trim());
    if (name && level) levels.set(name, level.toUpperCase());
  }
  return levels;
}
