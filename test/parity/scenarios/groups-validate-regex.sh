# kafka-consumer-groups.sh --validate-regex: expressions that a broker takes, and others.
# broker: none
G="kafka-consumer-groups.sh --validate-regex"
for regex in 'a.*' '' '\pN' '(?i)a' '[' '(a' 'a)' '*' 'a{2,1}' 'a{1001}' 'a**' '(?=a)' '\1' '\' '[b-a]' '[[:foo:]]' '\p{Foo}' '(?P<n>a)(?P<n>b)' '(?P<n' '(?z)' '\x{110000}'; do
  t $G "$regex"
done
t -u $G a --validate-regex b
t -u $G a --list
t $G a --bootstrap-server localhost:1
