# kafka-features.sh without a cluster: what a release stands for, and what levels need.
# broker: none
F=kafka-features.sh
t $F version-mapping
t $F version-mapping --release-version 3.9-IV0
t $F version-mapping --release-version 4.0
t $F version-mapping --release-version 9
t $F feature-dependencies --feature transaction.version=2
t $F feature-dependencies --feature eligible.leader.replicas.version=1 --feature metadata.version=17
t $F feature-dependencies --feature kraft.version=1 --feature transaction.version=9
t $F feature-dependencies --feature nope=9
t $F feature-dependencies --feature metadata.version=99
t $F feature-dependencies --feature x
t $F feature-dependencies
