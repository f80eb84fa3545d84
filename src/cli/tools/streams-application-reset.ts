import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import { listTopics } from '../../client/admin/list-topics.js';
import { deleteTopics } from '../../client/admin/topics.js';
import type { Cluster } from '../../client/cluster.js';
import { isError } from '../../client/fan-out.js';
import { AdminFailure, connectWithin, nodeAssignmentFailure, withAdmin } from '../connect-to.js';
import { executionText, javaText } from '../format/java-error.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { AnswerInstead, UsageError } from '../options/usage-error.js';
import { illegalArgument, runtimeException, ToolError, uncaught } from '../tool-error.js';
import { isInternalTopic } from './streams-application-reset/internal-topics.js';
import { emptyGroup } from './streams-application-reset/members.js';
import { checkedOptions, type ResetOptions, topicsOf } from './streams-application-reset/options.js';
import { Resetter } from './streams-application-reset/resetter.js';

/** kafka-streams-application-reset: lets an application of Kafka Streams begin again. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = checkedOptions(argv);
  try {
    const properties = propertiesOf(options, io);
    return await withAdmin(io, properties, (admin) => reset(admin, properties, options, io));
  } catch (error) {
    throw reported(error, io);
  }
}

function propertiesOf(options: ResetOptions, io: Io): Map<string, string> {
  options.value('application-id');
  const old = options.has('config-file');
  if (old) {
    io.print(
      'Option --config-file has been deprecated and will be removed in a future version. Use --command-config instead.',
    );
  }
  const path = old ? options.value('config-file') : options.value('command-config');
  const properties = path === null ? new Map<string, string>() : new Map(loadProperties(io, path));
  properties.set('bootstrap.servers', options.value('bootstrap-server') ?? 'localhost:9092');
  return connectWithin(properties, options.value('timeout'));
}

async function reset(admin: Cluster, properties: Map<string, string>, options: ResetOptions, io: Io): Promise<number> {
  const applicationId = options.value('application-id') as string;
  await emptyGroup(admin, applicationId, options.has('force'), (message) => io.print(message));
  const listed = await listTopics(admin);
  const topics = inHashOrder(
    listed.map(({ name }) => name),
    javaHash,
  );
  if (options.has('dry-run')) {
    io.print('----Dry run displays the actions which will be performed when running Streams Reset Tool----');
  }
  const areAllThere = await new Resetter(admin, properties, options, io).reset(topics);
  await deleteInternal(admin, topics, options, io);
  return areAllThere ? 0 : 1;
}

async function deleteInternal(admin: Cluster, topics: readonly string[], options: ResetOptions, io: Io): Promise<void> {
  const applicationId = options.value('application-id') as string;
  const kept = new Set([...topicsOf(options, 'input-topics'), ...topicsOf(options, 'intermediate-topics')]);
  const inferred = topics.filter((topic) => !kept.has(topic) && isInternalTopic(topic, applicationId));
  const specified = topicsOf(options, 'internal-topics');
  if (!specified.every((topic) => inferred.includes(topic))) {
    throw illegalArgument(
      'Invalid topic specified in the --internal-topics option. Ensure that the topics specified are all internal topics. Do a dry run without the --internal-topics option to see the list of all internal topics that can be deleted.',
    );
  }
  const isSpecified = specified.length > 0;
  const doomed = isSpecified ? specified : inferred;
  io.print(`Deleting ${isSpecified ? 'specified' : 'inferred'} internal topics [${doomed.join(', ')}]`);
  if (!options.has('dry-run')) await deleteAll(admin, doomed, io);
  io.print('Done.');
}

async function deleteAll(admin: Cluster, topics: readonly string[], io: Io): Promise<void> {
  if (topics.length === 0) return;
  let hasFailed = false;
  for (const [topic, result] of await deleteTopics(admin, topics)) {
    if (!isError(result)) continue;
    hasFailed = true;
    io.printError(`ERROR: deleting topic ${topic}`);
    io.printError(io.stderr.isTerminal ? result.message : executionText(result));
  }
  if (hasFailed) throw runtimeException('Encountered an error deleting one or more topics');
}

/** Whatever goes wrong is printed twice for scripts, the second time where Kafka's tool prints its stack. */
function reported(error: unknown, io: Io): unknown {
  if (error instanceof AnswerInstead || error instanceof UsageError) return error;
  const failure = nodeAssignmentFailure(error, 'describeConsumerGroups(api=FIND_COORDINATOR)', io);
  if (!(failure instanceof Error) || failure instanceof TypeError) return failure;
  if (failure instanceof ToolError && failure.javaEnd === null) {
    if (io.stderr.isTerminal || !(failure instanceof AdminFailure)) return failure;
    const text = `org.apache.kafka.common.KafkaException: ${failure.message}`;
    return new ToolError(`ERROR: ${text.split('\n')[0]}\n${text}`);
  }
  if (io.stderr.isTerminal) return new ToolError(`ERROR: ${failure.message}`);
  const isFuture = failure !== error || failure.name === 'KafkaError';
  const text = javaText(isFuture ? uncaught('java.util.concurrent.ExecutionException', javaText(failure)) : failure);
  return new ToolError(`ERROR: ${text}\n${text}`);
}

export { TOOL } from './streams-application-reset/options.js';
