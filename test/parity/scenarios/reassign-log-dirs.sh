# kafka-reassign-partitions.sh with directories of brokers: moves, throttles of their own, directories that are not there.
# broker: fresh
# prop: log.dirs={dir}/data-1,{dir}/data-1-b
R="kafka-reassign-partitions.sh --bootstrap-server $B"
q kafka-topics.sh --bootstrap-server $B --create --topic rl-a
other=$(kafka-log-dirs.sh --bootstrap-server $B --describe --topic-list rl-a | tail -1 | python3 -c '
import json, sys
dirs = json.load(sys.stdin)["brokers"][0]["logDirs"]
print([d["logDir"] for d in dirs if not d["partitions"]][0])')
plan() { echo '{"version":1,"partitions":[{"topic":"rl-a","partition":0,"replicas":[1],"log_dirs":["'"$1"'"]}]}' > plan.json; }
any='sed -E "s#data-1(-b)?#DIR#g"'
plan "$other"
t -f "$any" $R --verify --reassignment-json-file plan.json
t -f "$any" $R --execute --reassignment-json-file plan.json --replica-alter-log-dirs-throttle 700000 --throttle 500000
wait_for 30 'rl-a-0-1 completed' $R --verify --reassignment-json-file plan.json --preserve-throttles
t kafka-configs.sh --bootstrap-server $B --describe --entity-type brokers --entity-name 1
t kafka-configs.sh --bootstrap-server $B --describe --entity-type topics --entity-name rl-a
t -f "$any" $R --cancel --reassignment-json-file plan.json --preserve-throttles
t $R --verify --reassignment-json-file plan.json
t kafka-configs.sh --bootstrap-server $B --describe --entity-type brokers --entity-name 1
plan /nowhere
t -f "$any" $R --execute --reassignment-json-file plan.json
t -f "$any" $R --verify --reassignment-json-file plan.json
plan relative
t -f "$any" $R --execute --reassignment-json-file plan.json
