# kafka-run-class.sh: arguments and standard input go to the tool, and so does its exit status.
# broker: shared
R=kafka-run-class.sh
q $R org.apache.kafka.tools.TopicCommand --bootstrap-server $B --create --topic rcn
printf 'a\nb\n' | q $R org.apache.kafka.tools.ConsoleProducer --bootstrap-server $B --topic rcn
t $R org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server $B --topic rcn --partition 0 --offset earliest --max-messages 2
t $R kafka.tools.StorageTool random-uuid
t $R kafka.admin.ConfigCommand --bootstrap-server $B --describe --topic rcn
t -u $R org.apache.kafka.tools.TopicCommand --bootstrap-server $B
t $R org.apache.kafka.tools.ConnectPluginPath list
t $R org/apache/kafka/tools/TopicCommand --version
t -x $R org.apache.kafka.tools
