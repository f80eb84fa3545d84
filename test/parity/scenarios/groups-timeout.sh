# kafka-consumer-groups.sh --timeout: no time at all, and what is no number.
# broker: shared
G="kafka-consumer-groups.sh --bootstrap-server $B"
t $G --list --timeout 0
t $G --describe --group gti-g --timeout -1
t $G --describe --all-groups --timeout 0
t $G --delete --group gti-g --timeout 0
t $G --delete-offsets --group gti-g --topic gti-a --topic gti-b:1,0 --timeout 0
t $G --reset-offsets --group gti-g --topic gti-a --to-earliest --dry-run --timeout 0
t $G --list --timeout abc
t $G --list --bootstrap-server localhost:1
t $G --delete-offsets --group gti-g --group gti-h --topic gti-a
