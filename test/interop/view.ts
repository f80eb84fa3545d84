import { linesOf, type Toolset } from './toolset.js';

/** What a broker shows of itself, in a form that is the same for every broker that holds the same. */
export interface View {
  /** Ids, partitions and settings. */
  readonly topics: readonly string[];
  /** First, next and newest offset of every partition. */
  readonly offsets: readonly string[];
  /** What groups have committed, and how far behind they are. */
  readonly groups: readonly string[];
  /** Offset, timestamp, key, value and headers of every record, by topic. */
  readonly records: Readonly<Record<string, readonly string[]>>;
}

const EVERYTHING = ['timestamp', 'partition', 'offset', 'headers', 'key', 'value'];

/** Every record of a topic, in order of partition and offset. */
export async function recordsOf(tools: Toolset, bootstrap: string, topic: string): Promise<string[]> {
  const ends = await linesOf(tools, 'kafka-get-offsets', ['--bootstrap-server', bootstrap, '--topic', topic]);
  const count = ends.reduce((sum, line) => sum + Number(line.split(':')[2]), 0);
  const printed = EVERYTHING.flatMap((what) => ['--formatter-property', `print.${what}=true`]);
  const wanted = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '30000'];
  const from = ['--bootstrap-server', bootstrap, '--topic', topic];
  const lines = await linesOf(tools, 'kafka-console-consumer', [...from, ...wanted, ...printed]);
  return lines.sort((a, b) => partitionOf(a) - partitionOf(b) || offsetOf(a) - offsetOf(b));
}

export const partitionOf = (line: string): number => Number(/\tPartition:(\d+)\t/.exec(line)?.[1]);
export const offsetOf = (line: string): number => Number(/\tOffset:(\d+)\t/.exec(line)?.[1]);

/** Asks a broker for all that it has in these topics. */
export async function viewOf(tools: Toolset, bootstrap: string, topics: readonly string[]): Promise<View> {
  const at = ['--bootstrap-server', bootstrap];
  const offsetsAt = (time: string) =>
    linesOf(tools, 'kafka-get-offsets', [...at, '--exclude-internal-topics', '--time', time]);
  const [described, groups] = await Promise.all([
    linesOf(tools, 'kafka-topics', [...at, '--describe', '--exclude-internal']),
    linesOf(tools, 'kafka-consumer-groups', [...at, '--describe', '--all-groups', '--offsets']),
  ]);
  const [earliest, latest] = await Promise.all([offsetsAt('earliest'), offsetsAt('latest')]);
  const newest = await offsetsAt('max-timestamp');
  const records: Record<string, readonly string[]> = {};
  for (const topic of topics) records[topic] = await recordsOf(tools, bootstrap, topic);
  return {
    topics: described.map(settingsInOrder).sort(),
    offsets: [...earliest.map(as('first')), ...latest.map(as('next')), ...newest.map(as('newest'))].sort(),
    groups: groups.map((line) => line.trim().replace(/\s+/g, ' ')).sort(),
    records,
  };
}

const as = (what: string) => (line: string) => `${line} ${what}`;

/** `Configs: b=2,a=1` comes in the order of a hash table. */
function settingsInOrder(line: string): string {
  return line.replace(
    /(\tConfigs: )(.+)/,
    (_, title, list) =>
      title +
      list
        .split(/,(?=[a-z.]+=)/)
        .sort()
        .join(','),
  );
}
