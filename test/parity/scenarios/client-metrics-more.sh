# kafka-client-metrics.sh: lists in lists, resources without settings, options that do not go together.
# broker: fresh
M="kafka-client-metrics.sh --bootstrap-server $B"
t $M --alter --name b --metrics ' a , b ,,c' --match client_id=x --match client_software_name=y
t $M --alter --name empty --interval '' --metrics '' --match ''
t $M --alter --name a --interval 1000
t $M --alter --name a
t -x $M --alter --generate-name --interval 2000
t -s -f 'grep -c .' $M --list
t $M --describe --name b
t $M --describe --name a
t $M --alter --name b --metrics ''
t $M --describe --name b
t $M --alter --name a --interval x
t $M --alter --name '' --interval 1000
t $M --delete --name nope
t $M --delete
t -u $M --delete --name a --interval 5
t -u $M --list --name a
t -u $M --list --describe
t $M --alter --name a --generate-name
t kafka-client-metrics.sh --list
t $M --list --command-config missing.properties
