# kafka-log-dirs.sh: two brokers, several topics and their order, lists with odd members, errors of options.
# broker: fresh
# nodes: 2
L="kafka-log-dirs.sh --bootstrap-server $B"
hide='sed -E "s/\"(size|totalBytes|usableBytes)\":[0-9]+/\"\1\":N/g"'
q kafka-topics.sh --bootstrap-server $B --create --topic lds-a --replica-assignment 1:2,2:1,1:2,2:1
q kafka-topics.sh --bootstrap-server $B --create --topic lds-b --replica-assignment 1,1,1,2,2
t -f "$hide" $L --describe
t -f "$hide" $L --describe --topic-list lds-b,,lds-none
t -f "$hide" $L --describe --topic-list lds-a --broker-list 2,2,
t -f "$hide" $L --describe --topic-list lds-a --broker-list +1
t $L --describe --broker-list 33,2,7,5
t $L --describe --broker-list -1
t $L --describe --broker-list 99999999999
t $L --describe --broker-list ' 1'
t $L --describe --broker-list 1 --broker-list 2
t $L --describe --topics lds-a
t $L --describe --command-config none.properties
t $L --describe --broker-list
