import type { AnyApi } from '../protocol/api.js';
import { KafkaError } from '../protocol/errors.js';
import type { ApiVersion } from '../protocol/generated/api-versions.js';

/** The versions that a broker speaks. */
export class VersionRanges {
  private readonly ranges = new Map<number, ApiVersion>();

  constructor(ranges: Iterable<ApiVersion>) {
    for (const range of ranges) this.ranges.set(range.apiKey, range);
  }

  has(apiKey: number): boolean {
    return this.ranges.has(apiKey);
  }

  /**
   * The highest version that both sides speak, at most `highest`.
   * @throws KafkaError UNSUPPORTED_VERSION with Java's message.
   */
  choose(api: Pick<AnyApi, 'key' | 'name' | 'minVersion' | 'maxVersion'>, highest = api.maxVersion): number {
    const range = this.ranges.get(api.key);
    if (range === undefined)
      throw new KafkaError('UNSUPPORTED_VERSION', `The node does not support ${constantOf(api)}`);
    const wanted = Math.min(api.maxVersion, highest);
    const version = Math.min(wanted, range.maxVersion);
    if (version >= api.minVersion && version >= range.minVersion) return version;
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      `The node does not support ${constantOf(api)} with version in range [${api.minVersion},${wanted}]. The supported range is [${range.minVersion},${range.maxVersion}].`,
    );
  }
}

/** `LIST_OFFSETS`, as Java names ListOffsets. */
const constantOf = ({ name }: Pick<AnyApi, 'name'>): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
