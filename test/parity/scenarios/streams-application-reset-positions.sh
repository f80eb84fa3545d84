# kafka-streams-application-reset.sh: every way to say where to, files, intermediate topics, which topics are internal, the old names of options.
# broker: fresh
R="kafka-streams-application-reset.sh --bootstrap-server $B --application-id sarp"
q kafka-topics.sh --bootstrap-server $B --create --topic sarp-in --partitions 3
q kafka-topics.sh --bootstrap-server $B --create --topic sarp-mid --partitions 2
printf '%s\n' a:1 a:2 b:3 c:4 | q kafka-console-producer.sh --bootstrap-server $B --topic sarp-mid --reader-property parse.key=true --reader-property key.separator=:
q kafka-topics.sh --bootstrap-server $B --create --topic sarp-one
printf '%s\n' a b c d e f | q kafka-console-producer.sh --bootstrap-server $B --topic sarp-one
echo '{"partitions":[{"topic":"sarp-one","partition":0,"offset":2}],"version":1}' >del.json
q kafka-delete-records.sh --bootstrap-server $B --offset-json-file del.json
t $R --input-topics sarp-one --to-offset 2 --dry-run
t $R --input-topics sarp-one --to-offset 1 --dry-run
t $R --input-topics sarp-one --to-offset 6 --dry-run
t $R --input-topics sarp-one --to-offset 99 --dry-run
t $R --input-topics sarp-one --to-offset 4
t $R --input-topics sarp-one --shift-by -1 --dry-run
t $R --input-topics sarp-one --shift-by 9 --dry-run
t $R --input-topics sarp-one --shift-by=-9
t $R --input-topics sarp-in --shift-by 0 --dry-run
t $R --input-topics sarp-one --to-latest --dry-run
t $R --input-topics sarp-one --to-datetime 2020-01-01T00:00:00.000 --dry-run
t $R --input-topics sarp-one --to-datetime 2099-01-01T00:00:00.000 --dry-run
t $R --input-topics sarp-one,sarp-in --by-duration P1D --dry-run
t $R --input-topics sarp-one --by-duration PT0S --dry-run
t $R --input-topics sarp-one --by-duration nonsense --dry-run
t $R --input-topics sarp-one --to-datetime nonsense --dry-run
t $R --input-topics sarp-one --to-offset x --dry-run
printf 'sarp-one,0,3\n' >plan.csv
t $R --input-topics sarp-one --from-file plan.csv --dry-run
t $R --input-topics sarp-one,sarp-in --from-file plan.csv --dry-run
t $R --input-topics sarp-in --from-file plan.csv --dry-run
printf 'sarp-one,0\n' >bad.csv
t $R --input-topics sarp-one --from-file bad.csv --dry-run
printf 'sarp-one,0,x\n' >bad2.csv
t $R --input-topics sarp-one --from-file bad2.csv --dry-run
: >empty.csv
t $R --input-topics sarp-one --from-file empty.csv --dry-run
t $R --input-topics sarp-one --from-file missing.csv --dry-run
t $R --input-topics sarp-in,sarp-one --intermediate-topics sarp-mid,sarp-gone --to-earliest
t -s kafka-consumer-groups.sh --bootstrap-server $B --describe --group sarp --offsets
t $R --intermediate-topics sarp-mid --dry-run
t $R --intermediate-topics sarp-gone --dry-run
t $R --input-topics sarp-one,,sarp-in, --input-topics sarp-mid --dry-run
for n in sarp-a-changelog sarp-b-repartition sarp-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000006-topic \
  sarp-x-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-0000000008-topic sarp-c-subscription-registration-topic \
  sarp-d-subscription-response-topic sarpx-changelog sarp-e-changelogs; do q kafka-topics.sh --bootstrap-server $B --create --topic $n; done
t $R --dry-run
t $R --internal-topics sarp-a-changelog,sarpx-changelog --dry-run
t $R --internal-topics sarp-a-changelog
t $R --input-topics sarp-b-repartition --dry-run
t $R
t -f 'grep ^sarp' kafka-topics.sh --bootstrap-server $B --list
echo 'group.protocol=consumer' >p.properties
t $R --config-file p.properties --dry-run
t $R --command-config p.properties --dry-run
t -u $R --command-config p.properties --config-file p.properties
t $R --command-config missing.properties
echo 'auto.offset.reset=earliest' >p.properties
t $R --application-id sarq
t kafka-streams-application-reset.sh --bootstrap-server $B --application-id sarp-new --input-topics sarp-one --command-config p.properties --shift-by 1 --dry-run
echo 'auto.offset.reset=none' >p.properties
t kafka-streams-application-reset.sh --bootstrap-server $B --application-id sarp-new --input-topics sarp-one --command-config p.properties --shift-by 1 --dry-run
t -u $R --shift-by x
t -u $R --from-file a --to-offset 1
t -u $R --to-latest --shift-by 1
t -u $R --by-duration P1D --to-datetime x
