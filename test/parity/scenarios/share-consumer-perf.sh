# kafka-share-consumer-perf-test.sh: the form of what it prints, numbers replaced; errors of a run.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic sp-a
seq 1 5 | q kafka-console-producer.sh --bootstrap-server $B --topic sp-a
for g in sp-g1 sp-g2 sp-g3; do q kafka-configs.sh --bootstrap-server $B --alter --entity-type groups --entity-name $g --add-config share.auto.offset.reset=earliest; done
n='sed -E "s/[0-9]+(\.[0-9]+)?/N/g; s/NaN/N/g"'
S="kafka-share-consumer-perf-test.sh --bootstrap-server $B --topic sp-a"
t -f "$n" $S --num-records 5 --group sp-g1
t -f "$n" $S --messages 5 --group sp-g2 --hide-header --show-consumer-stats
t -f "$n" $S --num-records 5 --group sp-g3 --show-detailed-stats --reporting-interval 1 --date-format HH
t $S --num-records 1 --group sp-g4 --timeout 1500
t kafka-share-consumer-perf-test.sh --bootstrap-server $B --topic 'bad topic' --num-records 1 --group sp-g5
