# kafka-metadata-shell.sh: command lines that are wrong, and a file that was cut.
# broker: fresh
q kafka-topics.sh --bootstrap-server $B --create --topic msc-b --partitions 12 --config retention.ms=1000 --config cleanup.policy=compact

mkdir copy && cp -r $DATA/__cluster_metadata-0 copy/

M="kafka-metadata-shell.sh --snapshot copy/__cluster_metadata-0/00000000000000000000.log"
t $M find /none
t $M tree /none
t $M cat
t $M tree
t $M l
t $M exit
t $M ls -x
t $M cat -- -x
t $M ''
t $M '' ''
t kafka-metadata-shell.sh -s copy/__cluster_metadata-0/00000000000000000000.log pwd
head -c 3000 copy/__cluster_metadata-0/00000000000000000000.log >half.log
t kafka-metadata-shell.sh --snapshot half.log ls /image/topics
