import type { LoggerLevels, LogLevel } from '../base/host.js';
import type { Init } from '../protocol/codec-runtime.js';
import { errorCode, KafkaError } from '../protocol/errors.js';
import type { DescribeConfigsResourceResult } from '../protocol/generated/describe-configs.js';
import type {
  AlterConfigsResource,
  AlterConfigsResourceResponse,
} from '../protocol/generated/incremental-alter-configs.js';

/** The type of the resource in requests for configs. */
export const BROKER_LOGGER = 8;

const ROOT = 'root';
const SOURCE_LOGGER = 6;
const LEVELS: readonly LogLevel[] = ['DEBUG', 'ERROR', 'FATAL', 'INFO', 'TRACE', 'WARN'];
const SET = 0;
const DELETE = 1;
const NAMES_OF_OPERATIONS = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'];

type Response = Init<AlterConfigsResourceResponse>;

/** Levels of this node's loggers, seen and changed from outside (KIP-412); they last as long as the process. */
export class BrokerLoggers {
  private readonly nodeId: number;
  private readonly levels: LoggerLevels | null;

  constructor(nodeId: number, levels: LoggerLevels | null) {
    this.nodeId = nodeId;
    this.levels = levels;
  }

  /** @throws KafkaError */
  describe(resourceName: string, wanted: ReadonlySet<string> | null): Init<DescribeConfigsResourceResult>[] {
    if (resourceName === '') throw new KafkaError('INVALID_REQUEST', 'Broker id must not be empty');
    if (!isNumber(resourceName)) {
      throw new KafkaError('INVALID_REQUEST', `Broker id must be an integer, but it is: ${resourceName}`);
    }
    if (Number(resourceName) !== this.nodeId) {
      const text = `Unexpected broker id, expected ${this.nodeId} but received ${resourceName}`;
      throw new KafkaError('INVALID_REQUEST', text);
    }
    const names = this.names().filter((name) => wanted === null || wanted.has(name));
    return names.map((name) => ({
      name,
      value: this.levels?.of(name === ROOT ? '' : name) ?? null,
      configSource: SOURCE_LOGGER,
      documentation: '',
    }));
  }

  /** Changes loggers at once, and leaves other resources to `alterOthers`. */
  async alter<R extends AlterConfigsResource>(
    resources: readonly R[],
    validateOnly: boolean,
    alterOthers: (others: R[]) => Promise<{ responses: readonly Response[] }>,
  ): Promise<{ responses: Response[] }> {
    const own = resources.filter(({ resourceType }) => resourceType === BROKER_LOGGER);
    const others = resources.filter((resource) => !own.includes(resource));
    const changed = new Map<R, Response>(own.map((resource) => [resource, this.change(resource, own, validateOnly)]));
    const { responses } = others.length === 0 ? { responses: [] } : await alterOthers(others);
    const answered = new Map(others.map((resource, index) => [resource, responses[index]]));
    return { responses: resources.flatMap((resource) => changed.get(resource) ?? answered.get(resource) ?? []) };
  }

  private change(
    resource: AlterConfigsResource,
    all: readonly AlterConfigsResource[],
    validateOnly: boolean,
  ): Response {
    const { resourceType, resourceName, configs } = resource;
    try {
      this.check(resource, all);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      return { resourceType, resourceName, errorCode: error.code, errorMessage: error.message };
    }
    for (const { name, configOperation, value } of validateOnly ? [] : configs) {
      const level = configOperation === DELETE ? null : (value as LogLevel);
      if (name !== ROOT) this.levels?.set(name, level);
      else if (level !== null) this.levels?.setRoot(level);
    }
    return { resourceType, resourceName, errorCode: errorCode('NONE'), errorMessage: null };
  }

  private check(resource: AlterConfigsResource, all: readonly AlterConfigsResource[]): void {
    const { resourceName, configs } = resource;
    const refuse = (text: string): never => {
      throw new KafkaError('INVALID_REQUEST', text);
    };
    if (all.filter((other) => other.resourceName === resourceName).length > 1) {
      refuse('Each resource must appear at most once.');
    }
    if (new Set(configs.map(({ name }) => name)).size < configs.length) refuse('Error due to duplicate config keys');
    const without = configs.find(({ configOperation, value }) => configOperation !== DELETE && value === null);
    if (without !== undefined) refuse(`Null value not supported for : ${without.name}`);
    if (!isNumber(resourceName)) refuse(`Node id must be an integer, but it is: ${resourceName}`);
    if (Number(resourceName) !== this.nodeId) {
      refuse(`Unexpected node id. Expected ${this.nodeId}, but received ${resourceName}`);
    }
    const names = this.names();
    for (const { name, configOperation, value } of configs) {
      if (configOperation !== SET && configOperation !== DELETE) {
        const operation = NAMES_OF_OPERATIONS[configOperation] ?? `Unknown (${configOperation})`;
        refuse(`${operation} operation is not allowed for the BROKER_LOGGER resource`);
      }
      if (!names.includes(name)) throw new KafkaError('INVALID_CONFIG', `Logger ${name} does not exist!`);
      if (configOperation === DELETE && name === ROOT) {
        refuse('Removing the log level of the root logger is not allowed');
      }
      if (configOperation === SET && !LEVELS.includes(value as LogLevel)) {
        const text = `Cannot set the log level of ${name} to ${value} as it is not a supported log level.`;
        throw new KafkaError('INVALID_CONFIG', `${text} Valid log levels are ${LEVELS.join(', ')}`);
      }
    }
  }

  private names(): string[] {
    return this.levels === null ? [] : [ROOT, ...this.levels.names()];
  }
}

const isNumber = (text: string): boolean => /^[+-]?[0-9]+$/.test(text);
