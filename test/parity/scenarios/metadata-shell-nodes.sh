# kafka-metadata-shell.sh: the ways to name nodes, several at once, odd ones.
# broker: fresh
q kafka-topics.sh --bootstrap-server $B --create --topic msd-b --partitions 12 --config retention.ms=1000 --config cleanup.policy=compact
mkdir copy && cp -r $DATA/__cluster_metadata-0 copy/
M="kafka-metadata-shell.sh --snapshot copy/__cluster_metadata-0/00000000000000000000.log"
t $M cat /image /image/features/metadataVersion
t $M cat 'image/features/*'
t $M ls 'image/t*'
t $M ls 'image/{topics,configs}' /local/version
t $M ls 'image/topics/byName/msd-?'
t $M ls 'image/topics/byName/msd-b/1*'
t $M ls 'image/nothing*' 'image/{a'
t $M ls image/../image/./topics/../../local
t $M ls /../..
t $M ls /image/features /image/producerIds/nextProducerId /local
t $M ls '' /local
t $M ls image/cluster/brokers/1
t $M ls image/cluster/brokers/1/x
t $M cat image/cluster/brokers/9
t $M ls image/cluster/brokers/x
t $M cat image/cluster/controllers/x
t $M cat image/cluster/brokers/x/y
t $M ls image/topics/byId/nonsense
t $M ls image/topics/byName/msd-b/x
t $M ls image/topics/byName/none
t $M cat image/features/finalized_none
t $M cat image/configs/TOPIC/x
t $M ls image/configs/NONSENSE
t $M ls image/configs/BROKER: image/configs/BROKER image/configs/TOPIC:msd-b
