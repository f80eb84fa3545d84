/** A cluster as a YAML file describes it: topics and configurations. What the file does not name stays as it is. */
import { ConfigResourceType } from '../../../../client/admin/configs.js';
import { ToolError } from '../../../tool-error.js';

/** Settings by name; null for one that is to be at its default. */
export type Settings = ReadonlyMap<string, string | null>;

export interface TopicDescription {
  readonly name: string;
  /** The topic is not to be there. */
  readonly isAbsent: boolean;
  /** Null where the file does not say. */
  readonly partitions: number | null;
  readonly replicationFactor: number | null;
  readonly configs: Settings;
}

/** Something else than a topic that has settings. */
export interface ResourceDescription {
  readonly type: ConfigResourceType;
  /** Empty for the default of all brokers. */
  readonly name: string;
  readonly configs: Settings;
}

export interface ClusterDescription {
  readonly topics: readonly TopicDescription[];
  readonly resources: readonly ResourceDescription[];
}

/** How the file names them. */
export const SECTIONS = {
  brokers: ConfigResourceType.BROKER,
  groups: ConfigResourceType.GROUP,
  'client-metrics': ConfigResourceType.CLIENT_METRICS,
} as const;
export const ALL_BROKERS = 'default';
export const ABSENT = 'absent';

const SECTION_NAMES = ['topics', ...Object.keys(SECTIONS)];
const TOPIC_FIELDS = ['partitions', 'replication-factor', 'configs'];

/** @throws ToolError that names the place in the file */
export async function readDescription(text: string, path: string): Promise<ClusterDescription> {
  return new DescriptionReader(path).read(await parsed(text, path));
}

async function parsed(text: string, path: string): Promise<unknown> {
  const { parse, YAMLParseError } = await import('yaml');
  try {
    return parse(text, { intAsBigInt: true, uniqueKeys: true });
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ToolError(`${path}: ${error.message.trim()}`);
    throw error;
  }
}

class DescriptionReader {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  read(content: unknown): ClusterDescription {
    const file = this.map(content ?? {}, 'the file');
    this.only(file, SECTION_NAMES, 'the file');
    const topics = this.entries(file, 'topics').map(([name, value]) => this.topic(name, value));
    const resources = Object.entries(SECTIONS).flatMap(([section, type]) =>
      this.entries(file, section).map(([name, value]) => ({
        type,
        name: type === ConfigResourceType.BROKER && name === ALL_BROKERS ? '' : name,
        configs: this.settings(value, `${section}.${name}`),
      })),
    );
    return { topics, resources };
  }

  private topic(name: string, value: unknown): TopicDescription {
    const where = `topics.${name}`;
    const nothing = { name, isAbsent: false, partitions: null, replicationFactor: null, configs: new Map() };
    if (value === ABSENT) return { ...nothing, isAbsent: true };
    const fields = this.map(value ?? {}, where);
    this.only(fields, TOPIC_FIELDS, where);
    return {
      ...nothing,
      partitions: this.count(fields.partitions, `${where}.partitions`),
      replicationFactor: this.count(fields['replication-factor'], `${where}.replication-factor`),
      configs: this.settings(fields.configs, `${where}.configs`),
    };
  }

  private entries(file: Readonly<Record<string, unknown>>, section: string): [string, unknown][] {
    return Object.entries(this.map(file[section] ?? {}, section));
  }

  private settings(value: unknown, where: string): Settings {
    const settings = Object.entries(this.map(value ?? {}, where));
    return new Map(settings.map(([name, setting]) => [name, this.setting(setting, `${where}.${name}`)]));
  }

  private setting(value: unknown, where: string): string | null {
    if (value === null) return null;
    if (Array.isArray(value)) return value.map((item) => this.setting(item, where) ?? '').join(',');
    if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
    if (typeof value === 'number') return String(value);
    return this.fail(where, 'is a text, a number, true, false, a list of these, or null for the default');
  }

  private count(value: unknown, where: string): number | null {
    if (value === undefined || value === null) return null;
    if (typeof value === 'bigint' && value > 0n && value < 0x8000n) return Number(value);
    return this.fail(where, 'is a whole number above 0');
  }

  private map(value: unknown, where: string): Readonly<Record<string, unknown>> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return this.fail(where, 'is a list of names with a value each');
  }

  private only(fields: Readonly<Record<string, unknown>>, known: readonly string[], where: string): void {
    for (const name of Object.keys(fields)) {
      if (!known.includes(name)) this.fail(where, `has no '${name}': there are ${known.join(', ')}`);
    }
  }

  private fail(where: string, what: string): never {
    throw new ToolError(`${this.path}: ${where} ${what}`);
  }
}
