import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { parseJavaJson } from '../../format/java-json.js';
import { asArray, asInteger, asObject, asString, fieldOf } from '../../format/java-json-decoding.js';
import { runtimeException, ToolError, uncaught } from '../../tool-error.js';

/** Reads `{"partitions":[{"topic":"foo","partition":1}]}`. @throws ToolError */
export function parsePartitionFile(text: string): TopicPartition[] {
  const parsed = parseJavaJson(text);
  if (parsed === null) throw operationFailure('Replica election data is empty');
  const found = wrapped(() => asObject(parsed.value).get('partitions'));
  if (found === undefined) throw operationFailure('Replica election data is missing "partitions" field');
  const partitions = wrapped(() =>
    asArray(found).map((element) => {
      const object = asObject(element);
      return { topic: asString(fieldOf(object, 'topic')), partition: asInteger(fieldOf(object, 'partition')) };
    }),
  );
  const keys = partitions.map(keyOf);
  const twice = new Set(keys.filter((key, index) => keys.indexOf(key) < index));
  if (twice.size > 0) {
    throw operationFailure(`Replica election data contains duplicate partitions: [${[...twice].join(', ')}]`);
  }
  return partitions;
}

/** Java wraps what is wrong with the shape of the file into an exception that names the class within its message. */
function wrapped<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const end = error instanceof ToolError ? error.javaEnd : null;
    throw end === null ? error : runtimeException(`${end.javaClass}: ${end.javaMessage}`);
  }
}

const operationFailure = (message: string): Error =>
  uncaught('org.apache.kafka.tools.AdminOperationException', message);
