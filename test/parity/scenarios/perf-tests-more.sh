# kafka-consumer-perf-test.sh and kafka-e2e-latency.sh: formats of dates, time-outs, expressions, errors found late.
# broker: shared
q kafka-topics.sh --bootstrap-server $B --create --topic pm-a
seq 1 5 | q kafka-console-producer.sh --bootstrap-server $B --topic pm-a
c='sed -E "s/[0-9]+(\.[0-9]+)?/N/g; s/(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [AP]M/DAY/g; s/[A-Z][a-z]{2} N/MON N/g; s/NaN/N/g"'
C="kafka-consumer-perf-test.sh --bootstrap-server $B --topic pm-a"
t -f "$c" $C --num-records 5 --group pm-g1 --date-format "yy/M/d H:m:s EEE a"
t -f "$c" $C --num-records 5 --group pm-g2 --date-format "'on' MMM dd yyyy 'o''clock'" --timeout
t -f "$c" $C --num-records 50 --group pm-g3 --timeout 500
t -f "$c" kafka-consumer-perf-test.sh --bootstrap-server $B --include 'pm-.*' --num-records 3 --fetch-size 1000 --socket-buffer-size 1000 --from-latest --timeout 500 --group pm-g5
t -f "$c" $C --num-records 0 --group pm-g4
t -f "$c" $C --num-records -1 --group pm-g4 --show-detailed-stats --hide-header
t $C --num-records many
t $C --num-records 2 --command-config missing.properties
t $C --num-records 2 --date-format bogus
t $C --num-records 2 --reporting-interval 0
t kafka-consumer-perf-test.sh --bootstrap-server localhost --topic pm-a --num-records 2
printf 'max.poll.records=2\n' > two.properties
t -f "$c" $C --num-records 3 --consumer.config two.properties --group pm-g6
t -u $C --num-records 2 --consumer.config two.properties --command-config two.properties
t -u kafka-consumer-perf-test.sh --bootstrap-server $B --topic pm-a --include x --num-records 2
n='sed -E "s/[0-9]+\.[0-9]+/N.N/g; s/\t[0-9.N]+$/\tN/; s/= [0-9]+/= N/g"'
E="kafka-e2e-latency.sh --bootstrap-server $B --topic pm-new"
t -f "$n" $E --num-records 1001 --producer-acks 1 --record-size 10
t -f "$n" $E --num-records 2 --producer-acks all --record-size 0 --num-headers 1 --record-header-size -1
t -f "$n" kafka-e2e-latency.sh $B pm-new 3 1 10 two.properties
t -u $E --num-records 0 --producer-acks 1 --record-size 1
t -u $E --num-records 1 --producer-acks 1 --record-size -1
t -u $E --num-records 1 --producer-acks 1 --record-size 1 --record-key-size -1
t -u $E --num-records 1 --producer-acks 1 --record-size 1 --num-headers -1
t -u $E --num-records 1 --producer-acks 1 --record-size 1 --record-header-size -2
t -u $E --num-records 1 --producer-acks 1 --record-size 1 --record-header-key-size -2
t -u $E --num-records 1 --producer-acks 1
t $E --num-records many --producer-acks 1 --record-size 1
t $E --num-records 1 --producer-acks 1 --record-size 1 --command-config missing.properties
t kafka-e2e-latency.sh $B pm-new 1 1 10 a b
t -u kafka-e2e-latency.sh $B pm-new 3 7 10
