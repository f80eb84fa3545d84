# kafka-configs.sh on users, clients and ips: what is refused, of quotas and of SCRAM credentials.
# broker: shared
K="kafka-configs.sh --bootstrap-server $B"
t $K --alter --ip 1.2.3.4 --add-config a=b --delete-config c
t $K --alter --ip no.such.host.invalid --add-config connection_creation_rate=1
t $K --alter --user kcce-u --add-config a=b,c=d
t $K --alter --user kcce-u --add-config a=b,c=d,e=f,g=h,i=j,k=l
t $K --alter --user kcce-u --delete-config a,c
t $K --alter --client kcce-u --add-config a=b,SCRAM-SHA-256=[password=x]
t $K --alter --client kcce-u --delete-config a,SCRAM-SHA-256
t $K --alter --user-defaults --add-config SCRAM-SHA-256=[password=x]
t $K --alter --user kcce-u --add-config SCRAM-SHA-256=[password=x],producer_byte_rate=3
t $K --alter --user kcce-u --add-config SCRAM-SHA-256=[word=x]
t $K --alter --user kcce-u --add-config SCRAM-SHA-256=[password=]
t $K --alter --user kcce-u --add-config SCRAM-SHA-256=[iterations=100,password=x]
t $K --alter --user kcce-u --add-config SCRAM-SHA-256=[iterations=,password=x]
t $K --alter --user kcce-u --add-config SCRAM-SHA-256=[iterations=16385,password=x]
t $K --alter --user kcce-u --add-config SCRAM-SHA-512=[iterations=-1,password=x]
t $K --alter --user kcce-u --delete-config SCRAM-SHA-256
t $K --alter --user kcce-u --delete-config producer_byte_rate
t $K --alter --user kcce-u --add-config producer_byte_rate=many
t $K --alter --user kcce-u --add-config producer_byte_rate=1.5
t $K --alter --user kcce-u --add-config producer_byte_rate=-1
t $K --describe --user kcce-u
