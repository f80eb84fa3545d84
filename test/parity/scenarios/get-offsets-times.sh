# kafka-get-offsets.sh --time: the least and the greatest, what no broker knows, and what is no time.
# broker: shared
O="kafka-get-offsets.sh --bootstrap-server $B --topic got-a"
q kafka-topics.sh --bootstrap-server $B --create --topic got-a --partitions 2
t $O --time 9223372036854775807
t $O --time 9223372036854775808
t $O --time +5
t $O --time 1e3
t $O --time -10
t $O --time -5
t $O --time -3
t kafka-get-offsets.sh --bootstrap-server $B --topic-partitions got-a:0:1
t kafka-get-offsets.sh --bootstrap-server $B --topic-partitions got-a:1-,got-a:0
t kafka-get-offsets.sh --bootstrap-server $B --command-config missing.properties
