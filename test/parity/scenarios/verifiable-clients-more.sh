# kafka-verifiable-producer.sh and kafka-verifiable-consumer.sh: errors of records, files of properties.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic vm-a
hide='sed -E "s/\"avg_throughput\":[0-9.]+/\"avg_throughput\":N/"'
V="kafka-verifiable-producer.sh --bootstrap-server $B --topic vm-a"
printf 'max.request.size=50\n' > tiny.properties
printf 'group.id=of-the-file\nmax.poll.records=2\n' > two.properties
t -f "$hide" $V --max-messages 1 --command-config tiny.properties
t -f "$hide" $V --max-messages 0
t -f "$hide" $V --max-messages 1 --producer.config two.properties
t -f "$hide" $V --max-messages 4 --throughput 20 --value-prefix=-3 --repeating-keys 0
t $V --command-config missing.properties
t $V --producer.config tiny.properties --command-config two.properties
t $V extra
t kafka-verifiable-producer.sh --bootstrap-server $B --topic vm-a --max-messages many
q kafka-topics.sh --bootstrap-server $B --create --topic vm-b
seq 1 5 | q kafka-console-producer.sh --bootstrap-server $B --topic vm-b
C="kafka-verifiable-consumer.sh --bootstrap-server $B --topic vm-b"
t $C --group-id vm-g1 --max-messages 3 --command-config two.properties
t $C --group-id vm-g2 --max-messages 3 --consumer.config two.properties --verbose
t $C --group-id vm-g3 --max-messages 0
t $C --group-id vm-g4 --max-messages 1 --assignment-strategy org.apache.kafka.clients.consumer.CooperativeStickyAssignor --session-timeout 10000 --group-instance-id i1
t $C --group-id vm-g5 --max-messages 1 --session-timeout 10000 --group-protocol consumer
t kafka-consumer-groups.sh --bootstrap-server $B --describe --group vm-g1
t $C --group-id vm-g2 --consumer.config two.properties --command-config two.properties
