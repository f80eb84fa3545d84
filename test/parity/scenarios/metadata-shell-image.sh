# kafka-metadata-shell.sh: all that there is in an image.
# broker: fresh
q kafka-topics.sh --bootstrap-server $B --create --topic msi-b --partitions 12 --config retention.ms=1000 --config cleanup.policy=compact
q kafka-topics.sh --bootstrap-server $B --create --topic msi-a
q kafka-configs.sh --bootstrap-server $B --alter --entity-type brokers --entity-name 1 --add-config log.cleaner.threads=2
q kafka-configs.sh --bootstrap-server $B --alter --entity-type brokers --entity-default --add-config log.cleaner.threads=1
q kafka-configs.sh --bootstrap-server $B --alter --entity-type users --entity-name 'al(i)ce' --add-config producer_byte_rate=1024,consumer_byte_rate=20000000
q kafka-configs.sh --bootstrap-server $B --alter --entity-type users --entity-name bob --entity-type clients --entity-name 'c\d' --add-config request_percentage=12.5
q kafka-configs.sh --bootstrap-server $B --alter --entity-type clients --entity-name some_client --add-config producer_byte_rate=1
q kafka-configs.sh --bootstrap-server $B --alter --entity-type ips --entity-name 10.0.0.1 --add-config connection_creation_rate=7
q kafka-configs.sh --bootstrap-server $B --alter --entity-type users --entity-name alice --add-config 'SCRAM-SHA-256=[iterations=4096,password=secret]'
q kafka-configs.sh --bootstrap-server $B --alter --entity-type groups --entity-name g1 --add-config consumer.session.timeout.ms=46000
printf 'a\n' | q kafka-console-producer.sh --bootstrap-server $B --topic msi-a --command-property enable.idempotence=true
mkdir copy && cp -r $DATA/__cluster_metadata-0 copy/
M="kafka-metadata-shell.sh --snapshot copy/__cluster_metadata-0/00000000000000000000.log"
N='sed -E "s/([Ee]poch=)[0-9]+/\1N/g; s/epoch [0-9]+/epoch N/; s/offset [0-9]+/offset N/; s/time .*/time T/; s/(salt|storedKey|serverKey)=[0-9a-f]+/\1=H/g"'
t -f "$N | sed 's#byId/[A-Za-z0-9_-]*#byId/ID#' | LC_ALL=C sort" $M find
t $M find /image/topics/byName/ /local
t -f "$N" $M tree image/features image/cluster
t -f "$N" $M tree image/configs image/clientQuotas image/acls image/scram image/producerIds image/delegationToken image/provenance
t -f "$N" $M tree /image/topics/byName/msi-a
t $M tree /local
t -f "$N" $M cat /image/provenance
t $M ls 'image/clientQuotas/*'
t $M cat 'image/clientQuotas/clientId(some_client)/producer_byte_rate'
t $M cat 'image/clientQuotas/user(al\(i\)ce)/consumer_byte_rate'
t $M ls image/scram image/scram/SCRAM-SHA-256 image/scram/SCRAM-SHA-512
t $M ls image/scram/SCRAM
