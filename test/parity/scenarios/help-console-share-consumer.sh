# kafka-console-share-consumer.sh: the options that its help names, its version, no arguments, an unknown option.
# broker: none
h kafka-console-share-consumer.sh --help -- --bootstrap-server --command-config --command-property \
    --consumer-config --consumer-property --enable-systest-events --formatter --formatter-config \
    --formatter-property --group --help --key-deserializer --max-messages --property --reject \
    --reject-message-on-error --release --timeout-ms --topic --value-deserializer --version
v kafka-console-share-consumer.sh
t -u kafka-console-share-consumer.sh
t -u kafka-console-share-consumer.sh --no-such-option
