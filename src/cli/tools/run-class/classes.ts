const TOOLS = 'org.apache.kafka.tools';
const CONNECT = 'org.apache.kafka.connect';

/** The tools by the classes that the scripts of Kafka 4.3.1 run, and by those of earlier releases. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  'connect-distributed': [`${CONNECT}.cli.ConnectDistributed`],
  'connect-mirror-maker': [`${CONNECT}.mirror.MirrorMaker`],
  'connect-plugin-path': [`${TOOLS}.ConnectPluginPath`],
  'connect-standalone': [`${CONNECT}.cli.ConnectStandalone`],
  'kafka-acls': [`${TOOLS}.AclCommand`, 'kafka.admin.AclCommand'],
  'kafka-broker-api-versions': [`${TOOLS}.BrokerApiVersionsCommand`, 'kafka.admin.BrokerApiVersionsCommand'],
  'kafka-client-metrics': [`${TOOLS}.ClientMetricsCommand`],
  'kafka-cluster': [`${TOOLS}.ClusterTool`, 'kafka.tools.ClusterTool'],
  'kafka-configs': ['kafka.admin.ConfigCommand'],
  'kafka-console-consumer': [`${TOOLS}.consumer.ConsoleConsumer`, 'kafka.tools.ConsoleConsumer'],
  'kafka-console-producer': [`${TOOLS}.ConsoleProducer`, 'kafka.tools.ConsoleProducer'],
  'kafka-console-share-consumer': [`${TOOLS}.consumer.ConsoleShareConsumer`],
  'kafka-consumer-groups': [
    `${TOOLS}.consumer.group.ConsumerGroupCommand`,
    'kafka.admin.ConsumerGroupCommand',
    'kafka.tools.ConsumerGroupCommand',
  ],
  'kafka-consumer-perf-test': [`${TOOLS}.ConsumerPerformance`, 'kafka.tools.ConsumerPerformance'],
  'kafka-delegation-tokens': [`${TOOLS}.DelegationTokenCommand`, 'kafka.admin.DelegationTokenCommand'],
  'kafka-delete-records': [`${TOOLS}.DeleteRecordsCommand`, 'kafka.admin.DeleteRecordsCommand'],
  'kafka-dump-log': [`${TOOLS}.DumpLogSegments`, 'kafka.tools.DumpLogSegments'],
  'kafka-e2e-latency': [`${TOOLS}.EndToEndLatency`, 'kafka.tools.EndToEndLatency'],
  'kafka-features': [`${TOOLS}.FeatureCommand`, 'kafka.admin.FeatureCommand'],
  'kafka-get-offsets': [`${TOOLS}.GetOffsetShell`, 'kafka.tools.GetOffsetShell'],
  'kafka-groups': [`${TOOLS}.GroupsCommand`],
  'kafka-leader-election': [`${TOOLS}.LeaderElectionCommand`, 'kafka.admin.LeaderElectionCommand'],
  'kafka-log-dirs': [`${TOOLS}.LogDirsCommand`, 'kafka.admin.LogDirsCommand'],
  'kafka-metadata-quorum': [`${TOOLS}.MetadataQuorumCommand`, 'kafka.admin.MetadataQuorumCommand'],
  'kafka-metadata-shell': ['org.apache.kafka.shell.MetadataShell'],
  'kafka-producer-perf-test': [`${TOOLS}.ProducerPerformance`],
  'kafka-reassign-partitions': [`${TOOLS}.reassign.ReassignPartitionsCommand`, 'kafka.admin.ReassignPartitionsCommand'],
  'kafka-replica-verification': [`${TOOLS}.ReplicaVerificationTool`, 'kafka.tools.ReplicaVerificationTool'],
  'kafka-server-start': ['kafka.Kafka'],
  'kafka-share-consumer-perf-test': [`${TOOLS}.ShareConsumerPerformance`],
  'kafka-share-groups': [`${TOOLS}.consumer.group.ShareGroupCommand`],
  'kafka-storage': ['kafka.tools.StorageTool'],
  'kafka-streams-application-reset': [`${TOOLS}.StreamsResetter`, 'kafka.tools.StreamsResetter'],
  'kafka-streams-groups': [`${TOOLS}.streams.StreamsGroupCommand`],
  'kafka-topics': [`${TOOLS}.TopicCommand`, 'kafka.admin.TopicCommand'],
  'kafka-transactions': [`${TOOLS}.TransactionsCommand`, 'kafka.tools.TransactionsCommand'],
  'kafka-verifiable-consumer': [`${TOOLS}.VerifiableConsumer`],
  'kafka-verifiable-producer': [`${TOOLS}.VerifiableProducer`],
  'kafka-verifiable-share-consumer': [`${TOOLS}.VerifiableShareConsumer`],
};

const TOOL_OF = new Map(
  Object.entries(CLASSES).flatMap(([tool, names]) => names.map((name): [string, string] => [name, tool])),
);

/** The name of the command that a class is; null for a class that is no tool's. Slashes are taken as dots, as Java does. */
export const toolOfClass = (name: string): string | null => TOOL_OF.get(name.replaceAll('/', '.')) ?? null;

export const CLASS_NAMES: readonly string[] = [...TOOL_OF.keys()];
