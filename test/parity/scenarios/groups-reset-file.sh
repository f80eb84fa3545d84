# kafka-consumer-groups.sh --reset-offsets --export and --from-file: of one group, of several, with and without the group.
# broker: shared
G="kafka-consumer-groups.sh --bootstrap-server $B --reset-offsets"
q kafka-topics.sh --bootstrap-server $B --create --topic grf-a --partitions 2
q kafka-topics.sh --bootstrap-server $B --create --topic grf-a-topic-with-quite-a-long-name
for n in 0 1 2 3 4 5 6 7 8 9; do echo "$n"; done | q kafka-console-producer.sh --bootstrap-server $B --topic grf-a-topic-with-quite-a-long-name
q $G --group grf-g --topic grf-a --topic grf-a-topic-with-quite-a-long-name --to-earliest --execute
q $G --group 'grf group' --topic grf-a-topic-with-quite-a-long-name --to-latest --execute
t -s $G --group grf-g --all-topics --to-current --dry-run --export
t -s $G --group 'grf group' --all-topics --to-current --dry-run --export
t -s $G --group grf-g --group 'grf group' --all-topics --to-current --dry-run --export
t -s $G --group grf-g --all-topics --to-latest --export
t $G --group grf-new --all-topics --to-latest --dry-run --export
printf '"grf-a-topic-with-quite-a-long-name",0,4\n' >one.csv
t $G --group grf-g --from-file one.csv --dry-run
t $G --group grf-g --from-file one.csv --dry-run --export
t $G --group grf-g --from-file one.csv --execute
t -s kafka-consumer-groups.sh --bootstrap-server $B --describe --group grf-g
printf 'grf-g,"grf-a-topic-with-quite-a-long-name",0,5\n"grf group",grf-a,1,0\nother,grf-a,1,0\n' >many.csv
t -s $G --group grf-g --group 'grf group' --from-file many.csv --dry-run
t -s $G --group grf-g --from-file many.csv --execute
t -s $G --group grf-new --from-file many.csv --dry-run
t -s $G --group grf-g --group 'grf group' --from-file one.csv --dry-run
