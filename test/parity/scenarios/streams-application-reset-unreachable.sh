# kafka-streams-application-reset.sh where no broker answers.
# broker: none
echo default.api.timeout.ms=3000 >p.properties
echo request.timeout.ms=2000 >>p.properties
t kafka-streams-application-reset.sh --bootstrap-server localhost:1 --application-id a --command-config p.properties
t kafka-streams-application-reset.sh --bootstrap-server nonsense --application-id a
t kafka-streams-application-reset.sh --bootstrap-server no-such-host.invalid:1 --application-id a
