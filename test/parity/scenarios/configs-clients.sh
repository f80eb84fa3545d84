# kafka-configs.sh on users, clients and ips together and in other orders, their defaults, quotas of all kinds.
# broker: fresh
K="kafka-configs.sh --bootstrap-server $B"
t $K --alter --client c1 --add-config producer_byte_rate=5,request_percentage=1e2
t $K --alter --client-defaults --add-config producer_byte_rate=6
t $K --alter --client c2 --user v --add-config consumer_byte_rate=123456789
t $K --alter --user v --client-defaults --add-config controller_mutation_rate=9.5
t $K --alter --entity-type clients --entity-type users --entity-name c3 --entity-default --add-config producer_byte_rate=11
t $K --alter --entity-type users --entity-type clients --entity-default --entity-name c4 --add-config producer_byte_rate=12
t $K --alter --user "" --add-config producer_byte_rate=3,consumer_byte_rate=4,request_percentage=0.5f,controller_mutation_rate=7
t -s $K --describe --entity-type users --entity-type clients
t -s $K --describe --entity-type clients
t $K --describe --entity-type users
t -s $K --describe --entity-type users --entity-name v --entity-type clients
t $K --describe --entity-type clients --entity-name c2 --entity-type users
t $K --describe --user-defaults --client c3
t $K --describe --user v
t $K --alter --ip 1.2.3.4 --add-config connection_creation_rate=10
t $K --alter --ip-defaults --add-config connection_creation_rate=0x1p3
t -s $K --describe --entity-type ips
t $K --describe --ip 1.2.3.4
t $K --alter --ip 1.2.3.4 --delete-config connection_creation_rate
t $K --alter --ip 1.2.3.4 --delete-config connection_creation_rate
