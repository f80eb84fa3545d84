# kafka-acls.sh: the options that its help names, its version, no arguments, an unknown option.
# broker: none
h kafka-acls.sh --help -- --add --allow-host --allow-principal --bootstrap-controller --bootstrap-server --cluster \
    --command-config --consumer --delegation-token --deny-host --deny-principal --force --group --help --idempotent \
    --list --operation --principal --producer --remove --resource-pattern-type --topic --transactional-id \
    --user-principal --version
v kafka-acls.sh
t -u kafka-acls.sh
t -u kafka-acls.sh --no-such-option
