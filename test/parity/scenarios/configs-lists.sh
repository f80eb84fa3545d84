# kafka-configs.sh on topics: lists, odd names and values, a file with a bad key, all topics.
# broker: fresh
K="kafka-configs.sh --bootstrap-server $B"
q kafka-topics.sh --bootstrap-server $B --create --topic kcm-a
q kafka-topics.sh --bootstrap-server $B --create --topic kcm-b
t $K --describe --entity-type topics
t $K --describe --topic kcm-none --all
t $K --describe --topic 'kcm a'
t $K --describe --topic ''
t $K --alter --topic 'kcm a' --add-config a=b
t $K --alter --topic kcm-a --add-config 'retention.ms=1,cleanup.policy=[compact,delete],segment.ms = 1000,'
t $K --alter --topic kcm-a --add-config 'a b=1'
t $K --alter --topic kcm-a --add-config '=1'
t $K --alter --topic kcm-a --add-config 'retention.ms=a=b'
t $K --alter --topic kcm-a --add-config ''
t $K --alter --topic kcm-a --add-config ',retention.ms=1'
t $K --alter --topic kcm-a --add-config retention.ms=
t $K --alter --topic kcm-a --delete-config 'retention.ms,, segment.ms' --delete-config other
t $K --describe --topic kcm-a
printf 'a\\ b=1\n' > odd.properties
t $K --alter --topic kcm-a --add-config-file odd.properties
