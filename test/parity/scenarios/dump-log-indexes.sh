# kafka-dump-log.sh on indexes: their entries, the check of a broker's start, mismatches, missing and damaged files.
# broker: fresh
q kafka-topics.sh --bootstrap-server $B --create --topic a
P="kafka-console-producer.sh --bootstrap-server $B --topic a --sync"
for n in 1 2 3 4; do echo "record $n" | q $P; done
S=00000000000000000000
cp $DATA/a-0/$S.log .
printf '\0\0\0\1\0\0\0\114\0\0\0\2\0\0\0\230' > $S.index
printf '\0\0\0\0\0\0\0\2\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\2' > $S.timeindex
t kafka-dump-log.sh --files $S.index,$S.timeindex
t kafka-dump-log.sh --files $S.index,$S.timeindex --verify-index-only
t kafka-dump-log.sh --files $S.index,$S.timeindex --index-sanity-check
t kafka-dump-log.sh --files $S.index --max-message-size 20
printf '\0\0\0\2\0\0\0\0' > $S.index
t kafka-dump-log.sh --files $S.index,$S.timeindex
printf abc >> $S.index
t kafka-dump-log.sh --files $S.index --index-sanity-check
: > $S.index
t kafka-dump-log.sh --files $S.index
printf '%0100d' 0 | tr 0 '\0' >> $S.log
t kafka-dump-log.sh --files $S.log
printf '\0\1abcdefgh' > 00000000000000000004.snapshot
t kafka-dump-log.sh --files 00000000000000000004.snapshot,00000000000000000004.txnindex
rm $S.log
t kafka-dump-log.sh --files $S.index
