# kafka-console-share-consumer.sh: formatters, deserializers, records that cannot be printed, a consumer stopped by a signal.
# broker: fresh
C="kafka-console-share-consumer.sh --bootstrap-server $B --topic a --group sg"
q kafka-topics.sh --bootstrap-server $B --create --topic a
q kafka-configs.sh --bootstrap-server $B --alter --entity-type groups --entity-name sg --add-config share.auto.offset.reset=earliest
printf '%s\n' 12345678 short 87654321 | q kafka-console-producer.sh --bootstrap-server $B --topic a
t $C --max-messages 3 --reject-message-on-error --value-deserializer org.apache.kafka.common.serialization.LongDeserializer
printf '%s\n' short 12345678 | q kafka-console-producer.sh --bootstrap-server $B --topic a
t $C --max-messages 2 --value-deserializer org.apache.kafka.common.serialization.LongDeserializer
t $C --max-messages 2 --formatter-property print.delivery=true --formatter-property print.offset=true
printf 'print.offset=true\nkey.separator=|\n' > f.properties
printf '%s\n' x y | q kafka-console-producer.sh --bootstrap-server $B --topic a
t $C --max-messages 1 --formatter-config f.properties --formatter-property print.headers=true
t $C --max-messages 1 --formatter org.apache.kafka.tools.consumer.NoOpMessageFormatter
bg reader $C --enable-systest-events
printf '%s\n' last | q kafka-console-producer.sh --bootstrap-server $B --topic a
wait_for 30 '^last$' cat "$PARITY_TMP/bg.reader/out"
bgend reader TERM
t kafka-groups.sh --bootstrap-server $B --list --share
