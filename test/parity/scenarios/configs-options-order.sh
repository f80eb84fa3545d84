# kafka-configs.sh: which of several mistakes in the options is told.
# broker: shared
K="kafka-configs.sh --bootstrap-server $B"
t -u $K --describe --entity-type topics --entity-type topics
t -u $K --describe --topic x --topic y
t -u $K --describe --user u --client c --topic x
t -u $K --describe --entity-type users --entity-name a --entity-name b
t -u $K --describe --entity-type topics --entity-default
t -u $K --describe --client-defaults --client x
t -u $K --describe --topic x --add-config a=b
t -u $K --describe --broker-logger x
t -u $K --describe --entity-type broker-loggers
t -u $K --alter --entity-type users --add-config a=b
t -u $K --alter --entity-type users --entity-type clients --entity-name u --add-config producer_byte_rate=1
t -u $K --alter --entity-type brokers --entity-name 1 --entity-name 2 --add-config a=b
t -u $K --alter --topic ''  --add-config a=b
