# kafka-metadata-shell.sh without a command, its lines from a pipe.
# broker: fresh
q kafka-topics.sh --bootstrap-server $B --create --topic msn-a
mkdir copy && cp -r $DATA/__cluster_metadata-0 copy/
M="kafka-metadata-shell.sh --snapshot copy/__cluster_metadata-0/00000000000000000000.log"
s() { printf '%s\n' "$@" | t -e "grep -v jline | grep -v 'dumb terminal'" $M; }
s pwd 'cd image/topics' pwd ls 'cd byName/msn-a' ls 'cat name' 'cd ..' pwd cd pwd 'cd /none' 'cd /local/version' 'cd image/../local' pwd
s help
s 'man ls' 'man cat' 'man history' 'man none' man 'man a b'
s ls '' '  ' history 'history 1' 'history 0' 'history -1' 'history x' ls ls history
s nonsense l 'l x' exit ls
s 'ls "image"' "ls 'image/topics'" 'ls image\/topics' 'ls "image'
s 'cat /local/version # x' 'ls; pwd' 'ls -h' 'find /local' 'tree /local' 'exit 1'
