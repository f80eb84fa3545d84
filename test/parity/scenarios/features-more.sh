# kafka-features.sh: levels that cannot be, several features at once, other levels of releases, a node that is asked.
# broker: fresh
F="kafka-features.sh --bootstrap-server $B"
t $F upgrade
t $F upgrade --feature group.version
t $F upgrade --feature group.version=x
t $F upgrade --feature a=1 --feature a=2
t $F upgrade --feature a=1 --metadata 4.3-IV0
t $F upgrade --release-version 4.3-IV0 --feature a=2
t $F upgrade --metadata 3.0
t $F upgrade --feature group.version=0
t $F upgrade --release-version 4.1 --dry-run
t $F upgrade --release-version 4.3
t $F downgrade --feature group.version=-1
t $F downgrade --feature group.version=0 --feature share.version=0 --unsafe --dry-run
t $F downgrade --release-version 4.1 --unsafe --dry-run
t $F disable
t $F disable --feature a --feature group.version
t $F disable --feature metadata.version
t $F disable --feature group.version --dry-run
t -f 'sed -E "s/Epoch: [0-9]+/Epoch: N/"' $F describe --node-id 1
t $F describe --node-id -1
t $F describe extra
t kafka-features.sh describe
t kafka-features.sh --bootstrap-server $B --bootstrap-controller $CTRL describe
t $F --command-config missing.properties describe
t $F wrong
t -f 'sed -E "s/Epoch: [0-9]+/Epoch: N/"' kafka-features.sh --bootstrap-controller $CTRL disable --feature share.version
