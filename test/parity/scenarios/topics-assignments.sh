# kafka-topics.sh --replica-assignment for new topics and for new partitions, with what is none.
# broker: shared
T="kafka-topics.sh --bootstrap-server $B"
t $T --create --topic tas-a --replica-assignment 1,1,1
t $T --create --topic tas-b --replica-assignment ' 1 , 1'
t $T --create --topic tas-c --replica-assignment 1,
t $T --create --topic tas-d --replica-assignment 1:
t $T --create --topic tas-e --replica-assignment ''
for no in 1,2 1:1 1:2,1 ,1 a 99999999999 1,x; do t $T --create --topic tas-x --replica-assignment "$no"; done
t $T --describe --topic tas-a
t $T --alter --topic tas-a --partitions 5 --replica-assignment 1,1,1,1,1
t $T --alter --topic tas-a --partitions 7 --replica-assignment 1,1
t $T --alter --topic tas-a --partitions 7 --replica-assignment 1,1,1,1,1,1
t $T --alter --topic tas-a --partitions 7 --replica-assignment 1,1,1,1,1,2,1
t $T --alter --topic tas-a --partitions 3
t $T --alter --topic tas-a --partitions 5
t $T --describe --topic tas-a --partition-size-limit-per-response 2
