# kafka-console-share-consumer.sh: accept, release and reject, delivery counts, limits, a group that reads on.
# broker: fresh
C="kafka-console-share-consumer.sh --bootstrap-server $B --topic a --group sg"
F='--formatter-property print.delivery=true --formatter-property print.offset=true'
q kafka-topics.sh --bootstrap-server $B --create --topic a
q kafka-configs.sh --bootstrap-server $B --alter --entity-type groups --entity-name sg --add-config share.auto.offset.reset=earliest
printf '%s\n' m1 m2 m3 m4 | q kafka-console-producer.sh --bootstrap-server $B --topic a
t $C --max-messages 2 --release $F
t $C --max-messages 1 $F --formatter-property print.epoch=true --formatter-property print.partition=true
t $C --max-messages 1 --reject $F
t $C --max-messages 2 $F --enable-systest-events
printf '%s\n' k1:v1 k2:v2 | q kafka-console-producer.sh --bootstrap-server $B --topic a --reader-property parse.key=true --reader-property key.separator=:
t $C --max-messages 1 --property print.key=true --property key.separator=-
t $C --timeout-ms 9000 --formatter-property print.key=true --command-property share.acquire.mode=record_limit --command-property max.poll.records=1
t $C --max-messages 0
t kafka-console-share-consumer.sh --bootstrap-server $B --topic 'not a name' --timeout-ms 5000
