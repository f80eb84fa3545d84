# kafka-groups.sh --list: groups of both protocols and one that only holds offsets, by type and protocol; errors.
# broker: fresh
K="kafka-groups.sh --bootstrap-server $B"
t $K --list
q kafka-topics.sh --bootstrap-server $B --create --topic a
echo x | q kafka-console-producer.sh --bootstrap-server $B --topic a
q kafka-console-consumer.sh --bootstrap-server $B --topic a --group classic-one --from-beginning --max-messages 1
q kafka-consumer-groups.sh --bootstrap-server $B --reset-offsets --group a-group-with-a-long-name --topic a --to-latest --execute
q kafka-console-consumer.sh --bootstrap-server $B --topic a --group consumer-one --from-beginning --max-messages 1 --command-property group.protocol=consumer
t -s $K --list
t -s $K --list --group-type Classic
t -s $K --list --group-type consumer
t -s $K --list --protocol consumer
t -s $K --list --protocol ""
t -s $K --list --consumer
t -s $K --list --share
t -s $K --list --streams
t $K --list --group-type nonsense
t -u $K --list --consumer --share
t -u $K --list --streams --protocol x
t -u $K --list --share --group-type share
t -u $K
t -u kafka-groups.sh --list
