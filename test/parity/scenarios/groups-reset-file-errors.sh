# kafka-consumer-groups.sh --reset-offsets --from-file: files that are no plan.
# broker: shared
G="kafka-consumer-groups.sh --bootstrap-server $B --reset-offsets --group gfe-g --dry-run --from-file"
q kafka-topics.sh --bootstrap-server $B --create --topic gfe-a --partitions 2
t $G missing.csv
t $G .
: >empty.csv; t $G empty.csv
printf '\n\n' >blank.csv; t $G blank.csv
printf 'gfe-a,0,3\n\ngfe-a,1,2\n' >gap.csv; t $G gap.csv
printf 'gfe-a,a,b\n' >words.csv; t $G words.csv
printf 'gfe-a,0,3\ngfe-a,1,x\n' >word.csv; t $G word.csv
printf 'gfe-g,gfe-a,0,x\n' >group-word.csv; t $G group-word.csv
printf 'gfe-a,0,3,4,5\n' >wide.csv; t $G wide.csv
printf '"gfe-a,0,3\n' >quote.csv; t $G quote.csv
printf '"gfe-a"x,0,3\n' >behind.csv; t $G behind.csv
printf 'gfe-a,0,99999999999999999999\n' >huge.csv; t $G huge.csv
printf 'gfe-a,0,9223372036854775807\n' >most.csv; t $G most.csv
printf 'gfe-a,0\n' >short.csv; t $G short.csv
printf 'gfe-a,0, 3\r\n' >cr.csv; t $G cr.csv
printf 'gfe-a,0,3,\n' >comma.csv; t $G comma.csv
printf 'gfe-a,0,-5\n' >negative.csv; t -u $G negative.csv
printf 'gfe-none,1,2\n' >unknown.csv; t $G unknown.csv --timeout 3000
printf 'GROUP,TOPIC,PARTITION,OFFSET\ngfe-g,gfe-a,0,3\n' >header.csv; t $G header.csv
