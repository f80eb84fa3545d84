import { deleteGroupOffsets } from '../../../client/admin/group-offsets.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError, type Result } from '../../../client/fan-out.js';
import { KafkaError } from '../../../protocol/errors.js';
import { javaText } from '../../format/java-error.js';
import type { Io } from '../../io.js';
import type { GroupsOptions } from './options.js';
import { columns, printGroupError } from './output.js';
import { topicScopes } from './topic-scopes.js';

interface Row {
  readonly topic: string;
  readonly partition: number | null;
  readonly result: Result<true>;
}

/** --delete-offsets. @throws KafkaError, ToolError */
export async function deleteOffsets(admin: Cluster, options: GroupsOptions, io: Io): Promise<void> {
  const groupId = options.value('group') as string;
  const scopes = await topicScopes(admin, options.values('topic'));
  const known = scopes.flatMap(({ partitions }) => (isError(partitions) ? [] : partitions));
  const unknown = scopes.flatMap(({ topic, partitions }): Row[] =>
    isError(partitions) ? [{ topic, partition: null, result: partitions }] : [],
  );
  const rows: Row[] = [];
  let failure: KafkaError | null = null;
  try {
    const results = known.length === 0 ? [] : await deleteGroupOffsets(admin, groupId, known);
    for (const { topic, partition, value } of results) rows.push({ topic, partition, result: value });
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    failure = error;
    for (const { topic, partition } of known) rows.push({ topic, partition, result: error });
  }
  if (failure !== null) printGroupError(io, failure.message);
  else if (rows.some(({ result }) => isError(result))) {
    printGroupError(io, 'Encountered some partition-level error, see the follow-up details.');
  } else io.print(`Request succeeded for deleting offsets from group ${groupId}.`);
  const widths = [15, 10, 15];
  io.print(`\n${columns(widths, ['TOPIC', 'PARTITION', 'STATUS'])}`);
  for (const { topic, partition, result } of [...rows, ...unknown]) {
    io.print(columns(widths, [topic, partition ?? '-', isError(result) ? `Error: ${javaText(result)}` : 'Successful']));
  }
}
