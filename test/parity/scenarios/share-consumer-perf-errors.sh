# kafka-share-consumer-perf-test.sh: wrong options.
# broker: none
S="kafka-share-consumer-perf-test.sh --bootstrap-server localhost:1 --topic x"
t -u kafka-share-consumer-perf-test.sh --topic x --num-records 1
t -u kafka-share-consumer-perf-test.sh --bootstrap-server localhost:1 --num-records 1
t -u $S
t -u $S --num-records 1 --messages 1
printf 'client.id=x\n' > one.properties
t -u $S --num-records 1 --consumer.config one.properties --command-config one.properties
t $S --num-records many
t $S --num-records 1 --command-config missing.properties
t $S --num-records 1 --date-format bogus
