# kafka-cluster.sh with several brokers: endpoints with racks, one that stopped, unregistered ones, old options.
# broker: fresh broker.rack=r1
# nodes: 2
K=kafka-cluster.sh
t -s $K list-endpoints --bootstrap-server $B --include-fenced-brokers
t $K list-endpoints --bootstrap-controller $CTRL --include-fenced-brokers
t $K unregister --bootstrap-controller $CTRL --id 42
t $K cluster-id --bootstrap-server $B --config a --command-config b
t $K cluster-id --bootstrap-server $B --config missing.properties
t $K cluster-id --bootstrap-server $B -c missing.properties
t $K nope
t $K unregister -b $B -i 2
t $K unregister --bootstrap-server $B --id 2
