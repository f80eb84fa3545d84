const SERIALIZED_TYPES = [
  'Boolean',
  'ByteArray',
  'ByteBuffer',
  'Bytes',
  'Double',
  'Float',
  'Integer',
  'List',
  'Long',
  'Short',
  'String',
  'UUID',
  'Void',
];
const SECURITY = 'org.apache.kafka.common.security';

/** Apache Kafka's own classes that may be named in a configuration; there is nowhere to load others from. */
const KNOWN_CLASSES: ReadonlySet<string> = new Set([
  ...SERIALIZED_TYPES.flatMap((type) => [
    `org.apache.kafka.common.serialization.${type}Serializer`,
    `org.apache.kafka.common.serialization.${type}Deserializer`,
  ]),
  'org.apache.kafka.clients.producer.RoundRobinPartitioner',
  `${SECURITY}.authenticator.DefaultKafkaPrincipalBuilder`,
  `${SECURITY}.authenticator.DefaultLogin`,
  `${SECURITY}.authenticator.SaslClientCallbackHandler`,
  `${SECURITY}.authenticator.SaslServerCallbackHandler`,
  `${SECURITY}.kerberos.KerberosLogin`,
  `${SECURITY}.oauthbearer.BrokerJwtValidator`,
  `${SECURITY}.oauthbearer.ClientCredentialsJwtRetriever`,
  `${SECURITY}.oauthbearer.ClientJwtValidator`,
  `${SECURITY}.oauthbearer.DefaultJwtRetriever`,
  `${SECURITY}.oauthbearer.DefaultJwtValidator`,
  `${SECURITY}.oauthbearer.FileJwtRetriever`,
  `${SECURITY}.oauthbearer.JwtBearerJwtRetriever`,
  `${SECURITY}.oauthbearer.OAuthBearerLoginCallbackHandler`,
  `${SECURITY}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
  `${SECURITY}.oauthbearer.internals.OAuthBearerRefreshingLogin`,
  `${SECURITY}.oauthbearer.internals.OAuthBearerSaslClientCallbackHandler`,
  `${SECURITY}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler`,
  `${SECURITY}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`,
  `${SECURITY}.plain.internals.PlainServerCallbackHandler`,
  `${SECURITY}.scram.internals.ScramServerCallbackHandler`,
  `${SECURITY}.ssl.DefaultSslEngineFactory`,
]);

export function isKnownClass(name: string): boolean {
  return KNOWN_CLASSES.has(name);
}
