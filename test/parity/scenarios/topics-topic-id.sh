# kafka-topics.sh --describe --topic-id: of a topic, of none, and what is no id.
# broker: shared
T="kafka-topics.sh --bootstrap-server $B"
q $T --create --topic tti-a --partitions 2
q $T --create --topic tti-b
id=$($T --describe --topic tti-a | sed -n 's/.*TopicId: \([^\t]*\).*/\1/p')
t $T --describe --topic-id "$id"
t $T --describe --topic-id "$id==" --topic tti-b
t $T --describe --topic-id "$id" --topic tti-b --if-exists
t $T --describe --topic-id AAAAAAAAAAAAAAAAAAAAAA --topic tti-b
t $T --describe --topic-id GGGGGGGGGGGGGGGGGGGGGQ
t $T --describe --topic-id GGGGGGGGGGGGGGGGGGGGGQ --if-exists
for no in bogus 'bogus!!' A AB ABC AB= AB=== AAAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAAAA ''; do t $T --describe --topic-id "$no"; done
