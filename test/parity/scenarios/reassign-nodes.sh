# kafka-reassign-partitions.sh on three nodes: moves with throttles, further moves meanwhile, cancelled ones, leaders that change.
# broker: fresh
# nodes: 3
R="kafka-reassign-partitions.sh --bootstrap-server $B"
q kafka-topics.sh --bootstrap-server $B --create --topic rn-a --replica-assignment 1:2,2:1
q kafka-topics.sh --bootstrap-server $B --create --topic rn-b --replica-assignment 1,1
q kafka-producer-perf-test.sh --topic rn-b --num-records 3000 --record-size 1000 --throughput -1 --command-property bootstrap.servers=$B
echo '{"version":1,"partitions":[{"topic":"rn-a","partition":1,"replicas":[3,1]},{"topic":"rn-a","partition":0,"replicas":[1,3],"log_dirs":["any","any"]}]}' > a.json
t $R --verify --reassignment-json-file a.json
t $R --execute --reassignment-json-file a.json --throttle 100000
wait_for 40 'rn-a-0 is completed' $R --verify --reassignment-json-file a.json --preserve-throttles
wait_for 40 'rn-a-1 is completed' $R --verify --reassignment-json-file a.json --preserve-throttles
t kafka-configs.sh --bootstrap-server $B --describe --entity-type topics --entity-name rn-a
t kafka-configs.sh --bootstrap-server $B --describe --entity-type brokers --entity-name 3
t $R --verify --reassignment-json-file a.json
t kafka-configs.sh --bootstrap-server $B --describe --entity-type topics --entity-name rn-a
t kafka-configs.sh --bootstrap-server $B --describe --entity-type brokers --entity-name 3
echo '{"version":1,"partitions":[{"topic":"rn-b","partition":0,"replicas":[2,3]},{"topic":"rn-b","partition":1,"replicas":[2]}]}' > b.json
t $R --execute --reassignment-json-file b.json --throttle 1
t $R --list
t kafka-reassign-partitions.sh --bootstrap-controller $CTRL --list
t $R --execute --reassignment-json-file a.json
t $R --execute --additional --reassignment-json-file b.json --throttle 2
t kafka-configs.sh --bootstrap-server $B --describe --entity-type topics --entity-name rn-b
t $R --verify --reassignment-json-file b.json
t $R --verify --reassignment-json-file a.json
echo '{"version":1,"partitions":[{"topic":"rn-b","partition":1,"replicas":[2]}]}' > part.json
t $R --cancel --reassignment-json-file part.json --preserve-throttles
t $R --list
t $R --cancel --reassignment-json-file b.json
t $R --list
t $R --execute --reassignment-json-file b.json --disallow-replication-factor-change
echo '{"topics":[{"topic":"rn-b"}],"version":1}' > topics.json
t -f 'grep -c Current' $R --generate --topics-to-move-json-file topics.json --broker-list 2,3
echo '{"topics":[{"topic":"rn-a"}],"version":1}' > topics.json
t $R --generate --topics-to-move-json-file topics.json --broker-list 2
