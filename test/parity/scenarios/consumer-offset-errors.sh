# kafka-console-consumer.sh: topics, partitions and offsets that are not there.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic coe-a
printf 'm0\nm1\n' | q kafka-console-producer.sh --bootstrap-server $B --topic coe-a
C="kafka-console-consumer.sh --bootstrap-server $B --timeout-ms 3000"
t $C --topic 'coe a'
t $C --topic 'coe a' --partition 0
t $C --topic ''
t $C --topic ' ' --partition 0
t $C --topic coe-none --command-property allow.auto.create.topics=false
t $C --topic coe-a --partition 7
t $C --topic coe-a --partition -1
t $C --topic coe-a --partition 0 --offset 9 --command-property auto.offset.reset=none
t $C --topic coe-a --partition 0 --offset 9 --command-property auto.offset.reset=earliest --max-messages 1
t $C --topic coe-a --partition 0 --offset 9223372036854775807
t $C --topic coe-a --partition 0 --offset -0 --max-messages 1
t $C --topic coe-a --group coe-g --command-property auto.offset.reset=none
t $C --topic coe-a --partition 0 --from-beginning --max-messages 2
t $C --topic coe-a --max-messages 0
t $C --topic coe-a --command-property group.protocol=consumer --command-property group.remote.assignor=none
