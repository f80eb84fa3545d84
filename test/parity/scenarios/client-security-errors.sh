# Security settings of a client that are of no use: found before any broker is asked.
# broker: none
T="kafka-topics.sh --bootstrap-server localhost:1 --list --command-config"
conf() { printf '%s\n' "${@:2}" 'default.api.timeout.ms=2000' 'request.timeout.ms=1000' > "$1.properties"; }
module=org.apache.kafka.common.security
conf no-login security.protocol=SASL_PLAINTEXT
t $T no-login.properties
conf no-jaas security.protocol=SASL_PLAINTEXT sasl.mechanism=PLAIN
t $T no-jaas.properties
conf no-end security.protocol=SASL_PLAINTEXT sasl.mechanism=PLAIN "sasl.jaas.config=$module.plain.PlainLoginModule required username=\"a\" password=\"b\""
t $T no-end.properties
conf no-flag security.protocol=SASL_PLAINTEXT sasl.mechanism=PLAIN "sasl.jaas.config=$module.plain.PlainLoginModule username=\"a\" password=\"b\";"
t $T no-flag.properties
conf no-module security.protocol=SASL_PLAINTEXT sasl.mechanism=PLAIN 'sasl.jaas.config=org.foo.Module required;'
t $T no-module.properties
conf no-claim security.protocol=SASL_PLAINTEXT sasl.mechanism=OAUTHBEARER "sasl.jaas.config=$module.oauthbearer.OAuthBearerLoginModule required x=\"y\";"
t $T no-claim.properties
conf no-url security.protocol=SASL_PLAINTEXT sasl.mechanism=OAUTHBEARER "sasl.jaas.config=$module.oauthbearer.OAuthBearerLoginModule required;" \
  sasl.login.callback.handler.class=$module.oauthbearer.OAuthBearerLoginCallbackHandler
t $T no-url.properties
conf no-file security.protocol=SSL ssl.truststore.location=missing.jks ssl.truststore.password=changeit
t $T no-file.properties
echo 'not a key store' > garbage
conf garbage security.protocol=SSL ssl.truststore.location=garbage ssl.truststore.password=changeit
t $T garbage.properties
conf no-pem security.protocol=SSL ssl.truststore.location=garbage ssl.truststore.type=PEM
t $T no-pem.properties
conf no-password security.protocol=SSL ssl.keystore.location=garbage
t $T no-password.properties
conf no-store security.protocol=SSL ssl.truststore.password=changeit
t $T no-store.properties
conf no-type security.protocol=SSL ssl.truststore.location=garbage ssl.truststore.type=FOO
t $T no-type.properties
conf no-version security.protocol=SSL ssl.protocol=TLSv9
t $T no-version.properties
conf no-protocol security.protocol=TLS
t $T no-protocol.properties
t kafka-topics.sh --bootstrap-server localhost:1 --create --topic x --command-config no-file.properties
t kafka-consumer-groups.sh --bootstrap-server localhost:1 --list --command-config no-file.properties
t kafka-get-offsets.sh --bootstrap-server localhost:1 --topic x --command-config no-file.properties
t kafka-broker-api-versions.sh --bootstrap-server localhost:1 --command-config no-file.properties
t kafka-cluster.sh cluster-id --bootstrap-server localhost:1 --command-config no-file.properties
t kafka-console-consumer.sh --bootstrap-server localhost:1 --topic x --command-config no-file.properties
t kafka-console-consumer.sh --bootstrap-server localhost:1 --topic x --partition 0 --command-config no-file.properties
