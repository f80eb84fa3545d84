# kafka-console-consumer.sh --include: Java regular expressions, which have to match the whole name.
# broker: shared
for n in a ab abc Abc a-1 a.1; do
  q kafka-topics.sh --bootstrap-server $B --create --topic ci-$n
  echo "of $n" | q kafka-console-producer.sh --bootstrap-server $B --topic ci-$n
done
C="kafka-console-consumer.sh --bootstrap-server $B --from-beginning --timeout-ms 6000 --include"
t -s $C 'ci-a' --max-messages 1
t -s $C 'ci-a.*' --max-messages 5
t -s $C '(?i)CI-ABC' --max-messages 2
t -s $C 'ci-[a-c&&[^b]]' --max-messages 1
t -s $C 'ci-\Qa.1\E' --max-messages 1
t -s $C 'ci-(?>a|ab)c' --timeout-ms 3000
t -s $C 'ci-(?!.*c$).*(?<=[b1])' --max-messages 3
t -s $C 'ci-a,ci-ab' --timeout-ms 3000
t -s $C '"ci-a"' --timeout-ms 3000
t $C 'ci-['
t $C 'ci-(a'
t $C 'ci-a{2,1}'
t $C 'ci-\y'
t $C '*'
t $C ''
