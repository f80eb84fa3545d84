import { uncaught } from '../../tool-error.js';

const MOST_ID = 0x7fff_ffff;

/** Reads `1:2,2:3`: for each partition its brokers. Separators at the end count for nothing. @throws ToolError */
export function parseReplicaAssignment(text: string): number[][] {
  const partitions = javaSplit(text, ',').map((brokers) => javaSplit(brokers, ':').map((id) => brokerId(id.trim())));
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

/** As Java splits: empty parts at the end go, and an empty text is one empty part. */
function javaSplit(text: string, separator: string): string[] {
  const parts = text.split(separator);
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return text !== '' && parts.length === 1 && parts[0] === '' ? [] : parts;
}

function brokerId(text: string): number {
  if (/^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= MOST_ID) return Number(text);
  throw uncaught('java.lang.NumberFormatException', `For input string: "${text}"`);
}
