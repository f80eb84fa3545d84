# kafka-console-share-consumer.sh: bad files, properties and addresses, and older names of options.
# broker: none
C="kafka-console-share-consumer.sh --bootstrap-server localhost:1 --topic x --timeout-ms 1000"
t -u $C --command-config missing.properties
t -u $C --consumer-config missing.properties
t -u $C --formatter-config missing.properties
t -u $C --command-property auto.offset.reset=earliest
t -u $C --command-property isolation.level=x --command-property enable.auto.commit=true
t -u $C --consumer-property group.protocol=consumer
t -u $C --command-property max.poll.records=0
t -u $C --command-property share.acquire.mode=sometimes
t -u $C --command-property share.acknowledgement.mode=sometimes
t -u $C --group ''
t -u $C --group ' '
printf 'group.id=a\n' > a.properties
t -u $C --command-config a.properties --group b
t -u $C --command-config a.properties --consumer-config a.properties
t -u $C --property print.key=true --command-property max.poll.records=0
t -u kafka-console-share-consumer.sh --bootstrap-server localhost --topic x
