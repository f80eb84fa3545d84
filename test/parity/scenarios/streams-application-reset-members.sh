# kafka-streams-application-reset.sh: a group that is in use, and --force.
# broker: shared
R="kafka-streams-application-reset.sh --bootstrap-server $B"
q kafka-topics.sh --bootstrap-server $B --create --topic sarm-in
printf 'a\nb\n' | q kafka-console-producer.sh --bootstrap-server $B --topic sarm-in
for protocol in classic consumer; do
  bg $protocol kafka-console-consumer.sh --bootstrap-server $B --topic sarm-in --group sarm-$protocol --consumer-property group.protocol=$protocol --consumer-property client.id=sarm
  wait_for 30 Stable kafka-consumer-groups.sh --bootstrap-server $B --describe --group sarm-$protocol --state
  wait_for 30 sarm-in kafka-consumer-groups.sh --bootstrap-server $B --describe --group sarm-$protocol
  t $R --application-id sarm-$protocol --input-topics sarm-in --dry-run
done
bg static kafka-console-consumer.sh --bootstrap-server $B --topic sarm-in --group sarm-static --consumer-property group.instance.id=one --consumer-property group.protocol=classic
wait_for 30 sarm-in kafka-consumer-groups.sh --bootstrap-server $B --describe --group sarm-static
q kill -KILL -- -$(cat $PARITY_TMP/bg.static/pid)
t $R --application-id sarm-static --input-topics sarm-in
t $R --application-id sarm-static --input-topics sarm-in --force --to-latest
t kafka-consumer-groups.sh --bootstrap-server $B --describe --group sarm-static
