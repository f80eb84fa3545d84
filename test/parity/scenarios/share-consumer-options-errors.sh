# kafka-console-share-consumer.sh: missing, bad and conflicting options.
# broker: none
C="kafka-console-share-consumer.sh --bootstrap-server localhost:1"
t -u kafka-console-share-consumer.sh --topic x
t -u $C
t -u kafka-console-share-consumer.sh --release --reject
t -u $C --topic x --release --reject
t -u $C --topic x --group g --command-property group.id=h
t -u $C --topic x --consumer-property a=b --command-property c=d
t -u $C --topic x --formatter no.such.Formatter
t -u $C --topic x --formatter-property print.key=true --property print.value=false
t -u $C --topic x --partition 0
t -u $C --topic x --from-beginning
t -u $C --topic x --max-messages
t -u $C --topic x --timeout-ms soon
t -u $C --topic x --timeout-ms 99999999999
t -u $C --topic x --timeout-ms 1000 --max-messages lots
t -u $C --topic '' --timeout-ms 1000
