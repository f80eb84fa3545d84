# kafka-configs.sh on loggers, client metrics, groups and brokers by other names, and through the controller.
# broker: fresh
K="kafka-configs.sh --bootstrap-server $B"
q kafka-topics.sh --bootstrap-server $B --create --topic kcm-a
t $K --describe --broker-logger 77
t $K --alter --broker-logger 1 --add-config a=b,c=d --delete-config q,w
t $K --alter --broker-logger 1 --delete-config root
t $K --describe --broker-defaults --all
t $K --describe --broker ''
t $K --describe --broker +1
t $K --describe --entity-type groups
t $K --alter --group kcm-g --add-config consumer.session.timeout.ms=46000
t $K --describe --entity-type groups
t $K --alter --client-metrics kcm-m --add-config 'interval.ms=1000,match=[client_id=a]'
t $K --describe --entity-type client-metrics
t $K --describe --client-metrics kcm-none
t $K --describe --client-metrics kcm-m --all
t $K --describe --broker 1 --command-config none.properties
C="kafka-configs.sh --bootstrap-controller $CTRL"
t $C --describe --entity-type brokers --entity-default
t $C --describe --topic kcm-a
t $C --alter --topic kcm-a --add-config retention.ms=77
t $C --alter --broker-defaults --add-config log.retention.ms=5555555
t $C --describe --broker-defaults
