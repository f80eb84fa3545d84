# kafka-reassign-partitions.sh, kafka-client-metrics.sh and kafka-replica-verification.sh without a broker.
# broker: none
printf 'request.timeout.ms=1000\ndefault.api.timeout.ms=2000\n' > short.properties
echo '{"partitions":[{"topic":"a","partition":0,"replicas":[1]}]}' > plan.json
echo '{"topics":[{"topic":"a"}]}' > topics.json
R="kafka-reassign-partitions.sh --bootstrap-server localhost:1 --command-config short.properties"
t $R --list
t $R --verify --reassignment-json-file plan.json
t $R --execute --reassignment-json-file plan.json
t $R --cancel --reassignment-json-file plan.json
t $R --generate --topics-to-move-json-file topics.json --broker-list 1
t $R --execute --reassignment-json-file plan.json --throttle abc
t -u $R --nope
M="kafka-client-metrics.sh --bootstrap-server localhost:1 --command-config short.properties"
t $M --list
t $M --delete --name x
t $M --alter --name x --interval 1000
t $M --describe
t -u $M --nope
t kafka-metadata-quorum.sh --bootstrap-server localhost:1 --command-config short.properties describe --replication
t kafka-features.sh --bootstrap-server localhost:1 --command-config short.properties upgrade --feature group.version=1
t kafka-cluster.sh list-endpoints --bootstrap-controller localhost:1 -c short.properties
t kafka-cluster.sh unregister --bootstrap-server localhost:1 -c short.properties --id 1
