# kafka-metadata-quorum.sh: a quorum with observers, and voters that cannot be added or removed.
# broker: fresh
# nodes: 2
Q="kafka-metadata-quorum.sh --bootstrap-server $B"
status='sed -E "s/^((HighWatermark|MaxFollowerLag|MaxFollowerLagTimeMs|LeaderEpoch): +)[0-9]+/\1N/"'
wait_for 30 'CurrentObservers: .*"id": 2' $Q describe --status
t -f "$status" $Q describe --status
t -f 'cut -f 1,7 | tr -s " "' $Q describe --replication
t -f 'cut -f 1,5 | sed -E "s/[0-9]+ ms ago +/N ms ago/" | tr -s " "' $Q describe --replication --human-readable
t $Q describe --status --replication
t $Q --command-config missing.properties describe --status
t $Q add-controller
echo 'node.id=5' > five.properties
t $Q --command-config five.properties add-controller
printf 'node.id=5\nprocess.roles=controller\n' > five.properties
t $Q --command-config five.properties add-controller
printf 'node.id=5\nprocess.roles=controller\nlog.dirs=%s/none\n' "$W" > five.properties
t $Q --command-config five.properties add-controller
mkdir five
printf 'version=1\nnode.id=5\ncluster.id=c\ndirectory.id=4VVW8CU5TkC2SAAAAAAAAA\n' > five/meta.properties
printf 'node.id=5\nprocess.roles=controller\nlog.dirs=%s/five\n' "$W" > five.properties
t $Q --command-config five.properties add-controller --dry-run
echo 'controller.listener.names=CONTROLLER,OTHER' >> five.properties
t $Q --command-config five.properties add-controller --dry-run
echo 'listeners=CONTROLLER://:9093,OTHER://[::1]:9094' >> five.properties
t $Q --command-config five.properties add-controller --dry-run
echo 'advertised.listeners=CONTROLLER://here:9095' >> five.properties
t $Q --command-config five.properties add-controller --dry-run
t $Q remove-controller
t $Q remove-controller -i 1 -d foo
t $Q remove-controller -i -1 -d AAAAAAAAAAAAAAAAAAAAAA
t $Q remove-controller --controller-id 1 --controller-directory-id 4VVW8CU5TkC2SAAAAAAAAA --dry-run
t $Q remove-controller --controller-id 1 --controller-directory-id 4VVW8CU5TkC2SAAAAAAAAA
t $Q nope
