# kafka-replica-verification.sh over two replicas with records, from the beginning.
# broker: fresh
# nodes: 2
q kafka-topics.sh --bootstrap-server $B --create --topic rvn-a --replica-assignment 1:2
for n in 1 2 3; do echo "line $n" | q kafka-console-producer.sh --bootstrap-server $B --topic rvn-a --sync; done
R=kafka-replica-verification.sh
bg verify $R --broker-list $B --topics-include rvn-a,rvn-b --report-interval-ms 500 --time -2 --max-wait-ms 100
wait_for 40 'max lag is 0 for partition rvn-a-0 at offset 3' cat "$PARITY_TMP/bg.verify/out"
bgend -f "sed -E 's/^[0-9-]+ [0-9:,]+: /TIME: /' | uniq | tail -1" verify TERM
t -u $R --broker-list nonsense
t -u $R --topics-include x
t $R --broker-list $B --report-interval-ms x
