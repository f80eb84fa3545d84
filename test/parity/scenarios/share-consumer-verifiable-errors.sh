# kafka-verifiable-share-consumer.sh: wrong options.
# broker: none
V="kafka-verifiable-share-consumer.sh --bootstrap-server localhost:1 --topic x"
t $V
t $V --group-id g --acknowledgement-mode sometimes
t $V --group-id g --max-messages many
t $V --group-id g --command-config missing.properties
t kafka-verifiable-share-consumer.sh --topic x --group-id g
t $V --group-id g extra
