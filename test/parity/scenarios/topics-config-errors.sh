# kafka-topics.sh --create --config: settings that the tool itself refuses, before it asks the broker; --delete-config.
# broker: shared
T="kafka-topics.sh --bootstrap-server $B --create --topic tcfe-a"
q $T
for config in foo=bar foo retention.ms= =5 a=b=c retention.ms=abc retention.ms=-5 cleanup.policy=bogus min.cleanable.dirty.ratio=2 preallocate=maybe segment.bytes=1 message.timestamp.type=zz leader.replication.throttled.replicas=x max.message.bytes=99999999999; do
  t $T --config "$config"
done
t $T --config retention.ms=x --config foo=bar
t $T --config min.compaction.lag.ms=5 --config max.compaction.lag.ms=1
t $T --config 'retention.ms = 5'
t kafka-topics.sh --bootstrap-server localhost:1 --create --topic x --config foo=bar
t kafka-topics.sh --bootstrap-server $B --create --topic tce.b --delete-config x
t -u kafka-topics.sh --bootstrap-server $B --alter --topic tcfe-a --delete-config x
t kafka-topics.sh --bootstrap-server $B --alter --topic tcfe-a --partitions 2 --delete-config x
t -u kafka-topics.sh --bootstrap-server $B --alter --topic tcfe-a --partitions 2 --config a=b
t kafka-topics.sh --bootstrap-server $B --create --topic ''
t kafka-topics.sh --bootstrap-server $B --create --topic ..
t kafka-topics.sh --bootstrap-server $B --create --topic tce.c --partitions 0
