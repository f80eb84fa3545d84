# kafka-verifiable-share-consumer.sh: the JSON lines that it prints in each mode of acknowledgement.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic sv-a
printf 'a\nb\nc\n' | q kafka-console-producer.sh --bootstrap-server $B --topic sv-a
sorted='sed -E "s/\"offsets\":\[[0-9,]+\]/\"offsets\":ALL/"'
V="kafka-verifiable-share-consumer.sh --bootstrap-server $B --topic sv-a --offset-reset-strategy earliest"
t -f "$sorted" $V --group-id sv-g1 --max-messages 3
t -f "$sorted" $V --group-id sv-g2 --max-messages 3 --acknowledgement-mode sync --verbose
t -f "$sorted" $V --group-id sv-g3 --max-messages 3 --acknowledgement-mode ASYNC
t kafka-verifiable-share-consumer.sh --bootstrap-server $B --topic sv-a --group-id sv-g4 --max-messages 0
