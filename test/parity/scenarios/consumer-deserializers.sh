# kafka-console-consumer.sh: the standard deserializers, what they say of bytes that are not theirs, and going on after an error.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic cd-a
printf 'k1\t\0\0\0*\nk2\tabc\nk3\tN\nk4\t\1\nk5\t\0\7\nk6\t@Y!f\\\0\0\0\nk7\t6a4b8e2a-44e7-4d9f-a0fa-866ac29131d5\nk8\thé\001~\n' |
  q kafka-console-producer.sh --bootstrap-server $B --topic cd-a --reader-property parse.key=true --reader-property null.marker=N
S=org.apache.kafka.common.serialization
C="kafka-console-consumer.sh --bootstrap-server $B --topic cd-a --partition 0 --offset earliest --max-messages 8 --formatter-property print.key=true"
for d in String Bytes ByteBuffer Integer Long Short Float Double Boolean UUID Void; do t $C --value-deserializer $S.${d}Deserializer --skip-message-on-error; done
t $C --value-deserializer $S.IntegerDeserializer
t $C --value-deserializer $S.ShortDeserializer --formatter-property null.literal=xy --skip-message-on-error
t $C --value-deserializer $S.StringDeserializer --formatter-property value.deserializer.deserializer.encoding=ISO-8859-1
t $C --value-deserializer $S.StringDeserializer --formatter-property value.deserializer.value.deserializer.encoding=UTF-16BE
t $C --value-deserializer $S.StringDeserializer --formatter-property value.deserializer.deserializer.encoding=nonsense
t $C --key-deserializer $S.BytesDeserializer --formatter-property key.deserializer=$S.ShortDeserializer --skip-message-on-error
t $C --value-deserializer $S.ListDeserializer
