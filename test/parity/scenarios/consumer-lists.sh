# kafka-console-consumer.sh: ListDeserializer with its inner serdes, and headers that are deserialized.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic cl-l
printf '\1\0\0\0\3\0\0\0\1a\0\0\0\2bc\0\0\0\0\n\0\0\0\0\1\0\0\0\1\0\0\0\3\0\0\0\1\0\0\0\2\0\0\0\3\n\2\n\0\n\1\0\0\0\1\0\0\0\5ab\n' |
  q kafka-console-producer.sh --bootstrap-server $B --topic cl-l
S=org.apache.kafka.common.serialization
f=--formatter-property
C="kafka-console-consumer.sh --bootstrap-server $B --topic cl-l --partition 0 --offset earliest --max-messages 5 --value-deserializer $S.ListDeserializer --skip-message-on-error"
v=value.deserializer.default.list.value.serde
for d in String Integer Bytes Short; do t -e "grep -v '^$'" $C $f $v.type=java.util.ArrayList $f "$v.inner=$S.Serdes\$${d}Serde"; done
q kafka-topics.sh --bootstrap-server $B --create --topic cl-h
printf 'a:\0\0\0\7,b:xy\tv1\nc:\0\0\0\1\tv2\n\tv3\n' | q kafka-console-producer.sh --bootstrap-server $B --topic cl-h --reader-property parse.headers=true --reader-property ignore.error=true
C="kafka-console-consumer.sh --bootstrap-server $B --topic cl-h --partition 0 --offset earliest --max-messages 2 $f print.headers=true"
t $C $f headers.deserializer=$S.IntegerDeserializer --skip-message-on-error
t $C $f headers.deserializer=$S.BytesDeserializer
t $C $f headers.deserializer=$S.IntegerDeserializer
