# kafka-reassign-partitions.sh: files that are no plan, plans that cannot be, options that do not go together.
# broker: shared
R="kafka-reassign-partitions.sh --bootstrap-server $B"
q kafka-topics.sh --bootstrap-server $B --create --topic rf-a --partitions 3
plan() { echo "$1" > plan.json; t $R "--${2:-execute}" --reassignment-json-file plan.json; }
plan ''
plan '{'
plan '{"a":1,}'
plan "{'a':1}"
plan '[1 2]'
plan '{"a":tru}'
plan '{"a":1]'
plan '[]'
plan '{"version":2,"partitions":[]}'
plan '{"version":"1","partitions":[]}'
plan '{"version":1,"partitions":[]}'
plan '{"version":1}' verify
plan '{"partitions":{}}' verify
plan '{"partitions":[{"topic":"rf-a","partition":0,"replicas":[]}]}'
plan '{"partitions":[{"topic":"rf-a","partition":0}]}'
plan '{"partitions":[{"topic":"rf-a","partition":"0","replicas":[1]}]}'
plan '{"partitions":[{"topic":"rf-a","partition":0,"replicas":[1],"log_dirs":[]}]}'
plan '{"partitions":[{"topic":"rf-a","partition":0,"replicas":[1,1]},{"topic":"rf-a","partition":1,"replicas":[2,1,2]}]}'
plan '{"partitions":[{"topic":"rf-a","partition":7,"replicas":[1]}]}'
plan '{"partitions":[{"topic":"rf-a","partition":7,"replicas":[1]}]}' verify
plan '{"partitions":[{"topic":"rf-a","partition":3,"replicas":[1]}]}' verify
plan '{"partitions":[{"topic":"rf-none","partition":7,"replicas":[1]}]}' verify
plan '{"partitions":[{"topic":"rf-a","partition":0,"replicas":[1]}]}' cancel
topics() { echo "$1" > topics.json; t $R --generate --topics-to-move-json-file topics.json --broker-list "$2"; }
topics '{"topics":[{"topic":"rf-none"}]}' 1
topics '{"topics":[{"topic":"rf-a"},{"topic":"rf-a"}]}' 1
topics '{"topics":[{"topic":"rf-a"}]}' 1,1
topics '{"topics":[{"topic":"rf-a"}]}' x
topics '{"topics":[{}]}' 1
topics '{"version":3}' 1
topics nope 1
topics '{"a":1}' 1
t -u $R --list --additional
t -u $R --execute --reassignment-json-file x --broker-list 1
t -u $R --verify --reassignment-json-file x --throttle 3
t -u kafka-reassign-partitions.sh --bootstrap-controller $CTRL --verify --reassignment-json-file x
t -u $R --bootstrap-controller $CTRL --list
t $R --list --command-config missing.properties
