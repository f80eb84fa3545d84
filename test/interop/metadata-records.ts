import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf, type Toolset } from './toolset.js';

interface Payload {
  readonly type: string;
  readonly version: number;
  readonly data: Record<string, unknown>;
}

const ID = /^[A-Za-z0-9_-]{22}$/;

/**
 * The records of a metadata log, in JSON. Ids are told apart by the names of their topics, or else by the order in which
 * they come; offsets, and broker epochs, which are offsets, are left out, as are the idle records. How many calls' records
 * share a batch is a matter of time.
 */
export async function metadataRecords(tools: Toolset, directory: string): Promise<string[]> {
  const segments = readdirSync(directory).filter((name) => name.endsWith('.log'));
  const files = segments.sort().map((name) => join(directory, name));
  const lines = await linesOf(tools, 'kafka-dump-log', ['--cluster-metadata-decoder', '--files', files.join(',')]);
  const names = new Map<string, string>();
  const records = lines.filter((line) => line.startsWith('| offset:')).map((line) => recordOf(line, names));
  return steady(cordonedFirst(withoutHastyFence(records.filter((record) => !record.startsWith('NO_OP_RECORD')))));
}

function recordOf(line: string, names: Map<string, string>): string {
  const at = line.indexOf(' payload: ');
  const { type, version, data } =
    at < 0 ? controlRecordOf(line) : (JSON.parse(line.slice(at + ' payload: '.length)) as Payload);
  // Of maps whose order differs from one run to the next.
  if (type === 'REGISTER_BROKER_RECORD')
    data.features = (data.features as unknown[]).map((f) => JSON.stringify(f)).sort();
  if (type === 'TOPIC_RECORD') names.set(String(data.topicId), `id of ${data.name}`);
  const shown = JSON.stringify(data, (key, value: unknown) => {
    if (key === 'brokerEpoch') return undefined;
    if (key === 'port') return 'port';
    if (typeof value !== 'string' || !ID.test(value)) return value;
    const name = names.get(value) ?? `id ${names.size}`;
    names.set(value, name);
    return name;
  });
  return `${type} ${version} ${shown}`;
}

/** A record of the quorum itself. */
function controlRecordOf(line: string): Payload {
  const [, type = '', data = '{}'] = /headerKeys: \[\] (\w+):? (\{.*\})/.exec(line) ?? [];
  return { type, version: 0, data: JSON.parse(data) };
}

/** Which topic of many loses or gains its leaders first lies in the order of a hash table of ids. */
function steady(records: readonly string[]): string[] {
  const isChange = (record: string) => record.startsWith('PARTITION_CHANGE_RECORD');
  const topicOf = (record: string) => /"topicId":"([^"]*)"/.exec(record)?.[1] ?? '';
  const ordered: string[] = [];
  for (let from = 0; from < records.length; ) {
    let to = from + 1;
    while (isChange(records[from] ?? '') && isChange(records[to] ?? '')) to++;
    const run = records.slice(from, to);
    ordered.push(...run.sort((a, b) => (topicOf(a) < topicOf(b) ? -1 : topicOf(a) > topicOf(b) ? 1 : 0)));
    from = to;
  }
  return ordered;
}

/**
 * The first heartbeat of a broker names its cordoned directories, and the first that finds it caught up unfences it: on a
 * quick start they are the same one.
 */
function cordonedFirst(records: readonly string[]): string[] {
  const ordered: string[] = [];
  for (const record of records) {
    const registered = ordered.findLastIndex((earlier) => earlier.startsWith('REGISTER_BROKER_RECORD'));
    if (!record.includes('"cordonedLogDirs":[]')) ordered.push(record);
    else ordered.splice(registered + 1, 0, record);
  }
  return ordered;
}

/** A broker that was killed is fenced as soon as it is missed, or by the registration that comes before that. */
function withoutHastyFence(records: readonly string[]): string[] {
  return records.filter(
    (record, at) => !(record.endsWith('"fenced":1}') && records[at + 1]?.startsWith('REGISTER_BROKER_RECORD')),
  );
}
