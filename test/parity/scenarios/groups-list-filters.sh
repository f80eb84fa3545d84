# kafka-consumer-groups.sh --list with --state and --type in all spellings, on a broker of its own.
# broker: fresh
G="kafka-consumer-groups.sh --bootstrap-server $B"
t $G --list
t $G --list --state
t $G --list --type
q kafka-topics.sh --bootstrap-server $B --create --topic a
q $G --reset-offsets --group glf-a-group-with-quite-a-long-name --topic a --to-earliest --execute
q $G --reset-offsets --group glf-b --topic a --to-earliest --execute
t -s $G --list
t -s $G --list --state
t -s $G --list --type
t -s $G --list --state --type
for state in empty EMPTY 'stable, Empty ,dead' Stable CompletingRebalance PreparingRebalance Assigning Reconciling , ''; do t -s $G --list --state "$state"; done
for state in bad Empty,bad NotReady Unknown preparing_rebalance; do t -u $G --list --state "$state"; done
for type in classic Consumer CONSUMER,classic , ''; do t -s $G --list --type "$type"; done
for type in bad share streams unknown; do t -u $G --list --type "$type"; done
t -u $G --list --type bad --state bad
t -s $G --describe --all-groups
t -s $G --describe --all-groups --state
t -s $G --describe --group glf-b --group glf-a-group-with-quite-a-long-name --members
t -s $G --reset-offsets --all-groups --all-topics --to-latest --dry-run
t -s $G --reset-offsets --all-groups --all-topics --to-latest --dry-run --export
q kafka-topics.sh --bootstrap-server $B --delete --topic a
wait_for 20 'has no active' $G --describe --group glf-b
t $G --delete --group glf-b --group glf-none
t -f "sed \"s/('.*')/(...)/\"" $G --delete --all-groups
t $G --list
t $G --delete --all-groups
t $G --reset-offsets --all-groups --all-topics --to-latest --dry-run
