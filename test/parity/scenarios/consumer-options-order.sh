# kafka-console-consumer.sh: options given twice or with bad values, and which of several mistakes is told.
# broker: none
C="kafka-console-consumer.sh --bootstrap-server localhost:1 --topic x --timeout-ms 300"
printf 'group.id=a\nisolation.level=read_committed\n' > a.properties
printf 'k=\\u00zz\n' > bad.properties
t -u kafka-console-consumer.sh --partition a
t -u kafka-console-consumer.sh --topic x --partition 0 --from-beginning --offset 1
for o in topic bootstrap-server group offset isolation-level formatter formatter-config key-deserializer value-deserializer command-config; do t -u $C --$o 1 --$o 2 --partition 0; done
t -u $C --partition 1 --partition 2
t -u $C --timeout-ms 1
t -u $C --max-messages 1 --max-messages 2
t -u $C --max-messages 3000000000
t -u $C --partition x
t -u kafka-console-consumer.sh --bootstrap-server localhost:1 --topic x --timeout-ms soon
t -u $C --group ''
t -u $C --command-property group.id=' '
t -u $C --command-config a.properties --group my-group --command-property group.id=other-group
t -u $C --command-config a.properties --partition 0
t -u $C --command-config bad.properties
t -u $C --formatter-config bad.properties
t -u $C --formatter-config a.properties --isolation-level none
t -u $C --consumer-property a=b --command-property c=d
t -u $C --consumer-property a=b --property c=d --formatter no.such
t -u $C --property a=b --formatter-property c=d
t -u $C --formatter kafka.tools.DefaultMessageFormatter
t -u $C --formatter NoOpMessageFormatter
t -u $C --command-property auto.offset.reset=latest --from-beginning
t -u $C --command-property partition.assignment.strategy=
t -u $C --command-property isolation.level=nonsense
t -u $C --command-property isolation.level=nonsense --isolation-level read_committed
