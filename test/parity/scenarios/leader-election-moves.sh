# kafka-leader-election.sh where leaders are not the preferred ones, and files of partitions.
# broker: fresh
# nodes: 2
E="kafka-leader-election.sh --bootstrap-server $B"
q kafka-topics.sh --bootstrap-server $B --create --topic lm-a --replica-assignment 1:2,1:2,2:1
echo '{"version":1,"partitions":[{"topic":"lm-a","partition":0,"replicas":[2,1]},{"topic":"lm-a","partition":1,"replicas":[2,1]}]}' > plan.json
q kafka-reassign-partitions.sh --bootstrap-server $B --execute --reassignment-json-file plan.json
wait_for 30 'lm-a-1 is completed' kafka-reassign-partitions.sh --bootstrap-server $B --verify --reassignment-json-file plan.json
t $E --election-type preferred --topic lm-a --partition 0
t $E --election-type PREFERRED --topic lm-a --partition 0
t $E --election-type preferred --all-topic-partitions
t $E --election-type unclean --all-topic-partitions
echo '{"partitions":[{"topic":"x","partition":1},{"topic":"lm-a","partition":1},{"topic":"y","partition":0},{"topic":"lm-a","partition":2},{"topic":"lm-a","partition":0},{"topic":"lm-a","partition":7}]}' > some.json
t $E --election-type preferred --path-to-json-file some.json
for text in 'no json' '{"a":1}' '[]' '{"partitions":{}}' '{"partitions":[{"topic":"x"}]}' '{"partitions":[{"topic":"x","partition":"1"}]}' \
    '{"partitions":[{"topic":"x","partition":1},{"topic":"x","partition":1},{"topic":"y","partition":0}]}'; do
  echo "$text" > some.json
  t $E --election-type preferred --path-to-json-file some.json
done
t $E --election-type preferred --topic lm-a --path-to-json-file x
t $E --election-type preferred --partition 1
t $E --election-type preferred --partition 1 --all-topic-partitions
t $E --election-type preferred --topic lm-a --partition x
t kafka-leader-election.sh --election-type preferred --topic lm-a --partition 0
t $E --election-type preferred --topic lm-a --partition 0 --admin.config missing.properties
t -u $E --election-type preferred --topic lm-a --partition 0 --admin.config a --command-config b
