# kafka-console-consumer.sh with the formatters of __consumer_offsets, over commits and their deletion.
# broker: fresh
for n in cof cof-b; do q kafka-topics.sh --bootstrap-server $B --create --topic $n; done
printf '%s\n' m0 m1 m2 | q kafka-console-producer.sh --bootstrap-server $B --topic cof
q kafka-consumer-groups.sh --bootstrap-server $B --group cof-1 --topic cof --reset-offsets --to-offset 1 --execute
q kafka-consumer-groups.sh --bootstrap-server $B --group cof-1 --topic cof-b --reset-offsets --to-earliest --execute
q kafka-consumer-groups.sh --bootstrap-server $B --group cof-1 --topic cof-b --delete-offsets
q kafka-consumer-groups.sh --bootstrap-server $B --group cof-1 --delete
F=org.apache.kafka.tools.consumer
C="kafka-console-consumer.sh --bootstrap-server $B --topic __consumer_offsets --partition 0 --offset earliest --timeout-ms 3000"
json="sed 's/}{/}\n{/g'"
t -f "$json" $C --formatter $F.OffsetsMessageFormatter
t -f "$json" $C --formatter $F.GroupMetadataMessageFormatter
t -f "$json" $C --formatter $F.ShareGroupMessageFormatter
t $C --formatter $F.NoOpMessageFormatter --max-messages 3
t -f "$json" kafka-console-consumer.sh --bootstrap-server $B --topic cof --partition 0 --offset earliest --timeout-ms 3000 --formatter $F.OffsetsMessageFormatter
t kafka-console-consumer.sh --bootstrap-server $B --include '__consumer_.*' --from-beginning --timeout-ms 3000 --formatter $F.OffsetsMessageFormatter
