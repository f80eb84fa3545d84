# kafka-producer-perf-test.sh: the form of what it prints, numbers replaced; transactions; wrong options.
# broker: fresh
q kafka-topics.sh --bootstrap-server $B --create --topic pp-a
n='sed -E "s/[0-9]+\.[0-9]+/N.N/g; s/[0-9]+ ms/N ms/g; s/NaN/N.N/g"'
P="kafka-producer-perf-test.sh --topic pp-a --throughput -1"
t -f "$n" $P --num-records 50 --record-size 100 --command-property bootstrap.servers=$B acks=all
t -f "$n" $P --num-records 50 --payload-monotonic --producer-props bootstrap.servers=$B
t -f "$n" $P --num-records 30 --record-size 10 --warmup-records 10 --bootstrap-server $B
printf 'first\nsecond\nthird\n' > payloads.txt
t -f "$n" $P --num-records 10 --payload-file payloads.txt --bootstrap-server $B
t -f "$n" $P --num-records 10 --payload-file payloads.txt --payload-delimiter : --bootstrap-server $B
t kafka-get-offsets.sh --bootstrap-server $B --topic pp-a
t kafka-producer-perf-test.sh --topic x --num-records 1 --record-size 1
t $P --num-records 1 --bootstrap-server localhost:1
t $P --num-records 1 --record-size 1
t $P --num-records 1 --record-size 1 --payload-monotonic --bootstrap-server localhost:1
t $P --num-records 1 --record-size 0 --bootstrap-server localhost:1
t $P --num-records 1 --payload-file missing.txt --bootstrap-server localhost:1
t $P --num-records 0 --record-size 1 --bootstrap-server localhost:1
t $P --num-records 5 --record-size 1 --warmup-records 5 --bootstrap-server localhost:1
t $P --num-records 5 --record-size 1 --transaction-duration-ms 0 --bootstrap-server localhost:1
t $P --num-records 5 --record-size 1 --reporting-interval 0 --bootstrap-server localhost:1
t $P --num-records 1 --record-size 1 --bootstrap-server localhost:1 --command-property nonsense
t $P --num-records 1 --record-size 1 --command-config a --producer.config b
