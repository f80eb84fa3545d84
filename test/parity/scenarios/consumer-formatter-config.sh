# kafka-console-consumer.sh: where properties of the formatter come from, and which of them holds.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic cfc-a
printf 'k\tv\n' | q kafka-console-producer.sh --bootstrap-server $B --topic cfc-a --property parse.key=true
S=org.apache.kafka.common.serialization
C="kafka-console-consumer.sh --bootstrap-server $B --topic cfc-a --partition 0 --offset earliest --max-messages 1"
printf "print.key=true\nkey.deserializer=$S.ByteBufferDeserializer\nkey.separator=\\\\u00e9\nline.separator=\\\\r\\\\n\n" > f.properties
t $C --formatter-config f.properties
t $C --formatter-config f.properties --key-deserializer $S.BytesDeserializer
t $C --formatter-config f.properties --key-deserializer $S.BytesDeserializer --formatter-property key.deserializer=$S.StringDeserializer
t $C --formatter-config f.properties --key-deserializer ''
t $C --formatter-property print.key=TRUE --formatter-property 'print.value= true '
t $C --formatter-property print.key=yes
t $C --formatter-property print.key --formatter-property print.value
t $C --formatter-property print.key=true --formatter-property key.separator=a=b
t $C --formatter-property print.key=true --formatter-property key.separator= --formatter-property line.separator=
t $C --formatter-property print.epoch=true --formatter-property print.delivery=true --formatter-property print.partition=true
t $C --property print.key=true
t $C --formatter org.apache.kafka.tools.consumer.LoggingMessageFormatter --formatter-property print.key=true
t $C --formatter org.apache.kafka.tools.consumer.NoOpMessageFormatter
t $C --formatter org.apache.kafka.connect.mirror.formatters.HeartbeatFormatter --skip-message-on-error
