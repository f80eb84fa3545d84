import { uncaught } from '../../tool-error.js';

/** Reads `1:2,2:3`: for each partition its brokers. @throws ToolError */
export function parseReplicaAssignment(text: string): number[][] {
  const partitions = text.split(',').map((brokers) => brokers.split(':').map((id) => brokerId(id.trim())));
  const factor = partitions[0]?.length;
  for (const [partition, brokers] of partitions.entries()) {
    const twice = [...new Set(brokers.filter((id, index) => brokers.indexOf(id) !== index))];
    if (twice.length > 0) {
      throw uncaught(
        'org.apache.kafka.server.common.AdminCommandFailedException',
        `Partition replica lists may not contain duplicate entries: ${twice.join(',')}`,
      );
    }
    if (brokers.length !== factor) {
      throw uncaught(
        'org.apache.kafka.server.common.AdminOperationException',
        `Partition ${partition} has different replication factor: [${brokers.join(', ')}]`,
      );
    }
  }
  return partitions;
}

function brokerId(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw uncaught('java.lang.NumberFormatException', `For input string: "${text}"`);
}
