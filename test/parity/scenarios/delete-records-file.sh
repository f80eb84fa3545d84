# kafka-delete-records.sh: files of other shapes, versions, duplicates, no file, several partitions.
# broker: shared
D="kafka-delete-records.sh --bootstrap-server $B --offset-json-file"
q kafka-topics.sh --bootstrap-server $B --create --topic drf-a --partitions 13
for json in '' ' ' '{' '[]' '{}' '{"version":2}' '{"version":1.0}' '{"version":"1","partitions":[]}' '{"partitions":{}}' \
    '{"partitions":[]}' '{"partitions":[]} and more' '{"partitions":[7]}' '{"partitions":[{"topic":"a"}]}' \
    '{"partitions":[{"topic":7}]}' '{"partitions":[{"topic":"a","partition":"0"}]}' \
    '{"partitions":[{"topic":"a","partition":0,"offset":1.5e3}]}' '{"partitions":[{"topic":"drf a","partition":0,"offset":1}]}'; do
  note "$json"
  printf '%s' "$json" > x.json
  t $D x.json
done
some() { printf '{"partitions":['; local c=; for p; do printf '%s{"topic":"drf-a","partition":%s,"offset":0}' "$c" "$p"; c=,; done; printf ']}'; }
some 3 12 0 7 4 3 4 12 7 > twice.json
t $D twice.json
some 3 12 0 7 4 > several.json
t -s $D several.json
echo '{"partitions":[{"topic":"drf-a","partition":1,"offset":-2},{"topic":"drf-a","partition":2,"offset":9223372036854775807}]}' > odd.json
t -s $D odd.json
t $D none.json
t $D x.json --command-config none.properties
t $D x.json --offset-json-file y.json
t -u kafka-delete-records.sh --bootstrap-server $B
t -u kafka-delete-records.sh --offset-json-file x.json
