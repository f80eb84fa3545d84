import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { toolLogger } from '../../connect-to.js';
import { asJava } from '../../format/java-error.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { DefaultFormatter, type Deserializers } from './default-formatter.js';
import type { Deserializer } from './deserializer.js';
import { deserializerNamed } from './deserializers.js';
import type { Formatter } from './formatter.js';
import type { OutputBuffer } from './output-buffer.js';

const PACKAGE = 'org.apache.kafka.tools.consumer.';
const MIRROR = /^org\.apache\.kafka\.connect\.mirror\.formatters\.(Checkpoint|Heartbeat|OffsetSync)Formatter$/;

type Maker = (properties: ReadonlyMap<string, string>, io: Io) => Formatter | Promise<Formatter>;

/** Prints nothing. */
const NO_FORMATTER: Formatter = { format: () => undefined, fields: () => null };

const MAKERS: Readonly<Record<string, Maker>> = {
  DefaultMessageFormatter: (properties, io) => new DefaultFormatter(properties, deserializersOf(properties, io)),
  LoggingMessageFormatter: (properties, io) => new LoggingFormatter(properties, io),
  NoOpMessageFormatter: () => NO_FORMATTER,
  OffsetsMessageFormatter: () => groupFormatter((type) => type <= 1),
  GroupMetadataMessageFormatter: () => groupFormatter((type) => type === 2),
  ShareGroupMessageFormatter: () => groupFormatter((type) => type >= 10 && type <= 15),
  TransactionLogMessageFormatter: async () => {
    const { TRANSACTION_COORDINATOR_LAYOUTS } = await import(
      '../../../protocol/generated/transaction-coordinator-layouts.js'
    );
    return coordinatorFormatter(TRANSACTION_COORDINATOR_LAYOUTS, () => true);
  },
  'group.share.ShareGroupStateMessageFormatter': async () => {
    const { SHARE_COORDINATOR_LAYOUTS } = await import('../../../protocol/generated/share-coordinator-layouts.js');
    return coordinatorFormatter(SHARE_COORDINATOR_LAYOUTS, () => true);
  },
};

/** The formatters that there are, by the names of their Java classes. */
export const FORMATTER_CLASSES: readonly string[] = [
  ...Object.keys(MAKERS).map((name) => PACKAGE + name),
  ...['Checkpoint', 'Heartbeat', 'OffsetSync'].map(
    (name) => `org.apache.kafka.connect.mirror.formatters.${name}Formatter`,
  ),
];

/** The formatter of a Java class, by its full name, as Apache Kafka 4.3.1 wants it; null for one that there is not. */
export async function formatterNamed(
  name: string,
  properties: ReadonlyMap<string, string>,
  io: Io,
): Promise<Formatter | null> {
  const mirrored = MIRROR.exec(name)?.[1];
  if (mirrored !== undefined) {
    const { MirrorFormatter } = await import('./mirror-formatter.js');
    return new MirrorFormatter(`${mirrored}Formatter`);
  }
  const short = name.startsWith(PACKAGE) ? name.slice(PACKAGE.length) : '';
  return Object.hasOwn(MAKERS, short) ? (MAKERS[short] as Maker)(properties, io) : null;
}

async function groupFormatter(wanted: (type: number) => boolean): Promise<Formatter> {
  const { GROUP_COORDINATOR_LAYOUTS } = await import('../../../protocol/generated/group-coordinator-layouts.js');
  return coordinatorFormatter(GROUP_COORDINATOR_LAYOUTS, wanted);
}

async function coordinatorFormatter(
  ...args: ConstructorParameters<typeof import('./coordinator-formatter.js').CoordinatorFormatter>
): Promise<Formatter> {
  const { CoordinatorFormatter } = await import('./coordinator-formatter.js');
  return new CoordinatorFormatter(...args);
}

/** A class that is not there, or does not take its settings, is told in the log, and does without. */
function deserializersOf(properties: ReadonlyMap<string, string>, io: Io): Deserializers {
  const logger = toolLogger(io, `${PACKAGE}DefaultMessageFormatter`);
  const named = (what: keyof Deserializers): Deserializer | null => {
    const name = properties.get(`${what}.deserializer`);
    if (name === undefined) return null;
    const config = { properties: withoutPrefix(properties, `${what}.deserializer.`), isKey: what === 'key' };
    try {
      return deserializerNamed(name, config);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      logger.error(
        `Unable to instantiate a deserializer from ${name}`,
        io.stderr.isTerminal ? error.message : asJava(error),
      );
      return null;
    }
  };
  return { key: named('key'), value: named('value'), headers: named('headers') };
}

function withoutPrefix(properties: ReadonlyMap<string, string>, prefix: string): Map<string, string> {
  const stripped = new Map<string, string>();
  for (const [name, value] of properties) {
    if (name.startsWith(prefix) && name.length > prefix.length) stripped.set(name.slice(prefix.length), value);
  }
  return stripped;
}

/** Prints what the default formatter does, and says it in the log too, where that shows as much. */
class LoggingFormatter extends DefaultFormatter {
  private readonly logger;

  constructor(properties: ReadonlyMap<string, string>, io: Io) {
    super(properties, deserializersOf(properties, io));
    this.logger = toolLogger(io, `${PACKAGE}LoggingMessageFormatter`);
  }

  override format(records: ConsumedRecords, output: OutputBuffer): void {
    super.format(records, output);
    const { cursor, timestampType } = records;
    const timestamp = timestampType === 'NoTimestampType' ? '' : `${timestampType}:${cursor.timestamp}, `;
    const key = cursor.key();
    const shownKey = key === null ? 'null ' : `${key}, `;
    this.logger.info(`${timestamp}key:${shownKey}value:${cursor.value() ?? 'null'}`);
  }
}
