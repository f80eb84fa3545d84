/** A kind of plugin: how Kafka calls it, and the class or interface that its plugins extend. */
export interface PluginType {
  readonly name: string;
  readonly superClass: string;
  /** What a short name of a plugin leaves out. */
  readonly suffix: string;
  /** Found only where a manifest names it. */
  readonly needsManifest: boolean;
}

const KAFKA = 'org.apache.kafka';
const CONNECT = `${KAFKA}.connect`;

function type(name: string, superClass: string, suffix: string, needsManifest = false): PluginType {
  return { name, superClass, suffix, needsManifest };
}

/** In the order in which manifests are written. */
export const PLUGIN_TYPES: readonly PluginType[] = [
  type('source', `${CONNECT}.source.SourceConnector`, 'Connector'),
  type('sink', `${CONNECT}.sink.SinkConnector`, 'Connector'),
  type('converter', `${CONNECT}.storage.Converter`, 'Converter'),
  type('header_converter', `${CONNECT}.storage.HeaderConverter`, 'HeaderConverter'),
  type('transformation', `${CONNECT}.transforms.Transformation`, 'Transformation'),
  type('predicate', `${CONNECT}.transforms.predicates.Predicate`, 'Predicate'),
  type('configprovider', `${KAFKA}.common.config.provider.ConfigProvider`, 'ConfigProvider', true),
  type('rest_extension', `${CONNECT}.rest.ConnectRestExtension`, 'ConnectRestExtension', true),
  type(
    'connector_client_config_override_policy',
    `${CONNECT}.connector.policy.ConnectorClientConfigOverridePolicy`,
    'ConnectorClientConfigOverridePolicy',
    true,
  ),
];

/** Plugins of this interface say their version. */
export const VERSIONED = `${CONNECT}.components.Versioned`;
/** Where Kafka's own plugins have their version from. */
export const APP_INFO = `${KAFKA}.common.utils.AppInfoParser`;

const CONVERTERS = [`${CONNECT}.storage.Converter`, `${CONNECT}.storage.HeaderConverter`, VERSIONED];

/** What the classes of Kafka that plugins extend are themselves, as they are on the classpath of each worker. */
export const KAFKA_SUPERTYPES: Readonly<Record<string, readonly string[]>> = {
  [`${CONNECT}.source.SourceConnector`]: [VERSIONED],
  [`${CONNECT}.sink.SinkConnector`]: [VERSIONED],
  [`${CONNECT}.storage.StringConverter`]: CONVERTERS,
  [`${CONNECT}.storage.SimpleHeaderConverter`]: [`${CONNECT}.storage.HeaderConverter`, VERSIONED],
  [`${CONNECT}.json.JsonConverter`]: CONVERTERS,
  ...Object.fromEntries(
    ['Boolean', 'ByteArray', 'Double', 'Float', 'Integer', 'Long', 'Number', 'Short'].map((kind) => [
      `${CONNECT}.converters.${kind}Converter`,
      CONVERTERS,
    ]),
  ),
  [`${CONNECT}.connector.policy.AbstractConnectorClientConfigOverridePolicy`]: [
    `${CONNECT}.connector.policy.ConnectorClientConfigOverridePolicy`,
  ],
};

/** What a worker takes from its own classpath, whatever lies beside a plugin. */
const FROM_WORKER = /^(?:javax?|org\.ietf\.jgss|org\.omg|org\.w3c\.dom|org\.xml\.sax|org\.apache\.kafka|org\.slf4j)\./;
/** Those of it that are plugins, and are taken from where they lie. */
const PLUGINS_OF_KAFKA = new RegExp(
  `^org\\.apache\\.kafka\\.(?:${[
    'connect\\.transforms\\.(?!Transformation|predicates\\.Predicate$).*',
    'connect\\.(?:json|file|mirror|mirror-client|converters)\\..*',
    'connect\\.storage\\.(?:String|SimpleHeader)Converter',
    'connect\\.rest\\.basic\\.auth\\.extension\\.BasicAuthSecurityRestExtension',
    'connect\\.connector\\.policy\\.(?!ConnectorClientConfig(?:OverridePolicy|Request(?:\\$ClientType)?)$).*',
    'common\\.config\\.provider\\.(?!ConfigProvider$).*',
  ].join('|')})$`,
);

/** Whether a worker loads the class from where the plugin lies. */
export const isIsolated = (className: string): boolean =>
  !FROM_WORKER.test(className) || PLUGINS_OF_KAFKA.test(className);

/** Whether a worker has the class on its classpath, as far as the beginning of its name tells. */
export const isOnClasspath = (className: string): boolean =>
  FROM_WORKER.test(className) ||
  /^(?:com\.fasterxml\.jackson|jakarta|org\.glassfish|org\.eclipse\.jetty)\./.test(className);
