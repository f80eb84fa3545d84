# kafka-console-share-consumer.sh on a cluster whose share groups are switched off (share.version 0).
# broker: fresh
q kafka-features.sh --bootstrap-server $B downgrade --feature share.version=0
q kafka-topics.sh --bootstrap-server $B --create --topic a
t kafka-console-share-consumer.sh --bootstrap-server $B --topic a --group sg --timeout-ms 20000
