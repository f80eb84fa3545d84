import type { Init } from '../../protocol/codec-runtime.js';
import { KafkaError } from '../../protocol/errors.js';
import type {
  ComponentData,
  DescribeClientQuotasRequest,
  EntryData,
} from '../../protocol/generated/describe-client-quotas.js';
import type { MetadataImage } from './image.js';

const EXACT = 0;
const DEFAULT = 1;
const SPECIFIED = 2;

/**
 * The quotas whose entities have all the parts that are asked for, and none besides when the request is strict.
 *
 * @throws KafkaError INVALID_REQUEST, UNSUPPORTED_VERSION
 */
export function describeQuotas(
  { components, strict }: DescribeClientQuotasRequest,
  image: MetadataImage,
): Init<EntryData>[] {
  checkFilter(components);
  const found = new Map<string, { entity: Init<EntryData>['entity']; values: { key: string; value: number }[] }>();
  for (const { entity, key, value } of image.quotas.values()) {
    if (strict && entity.length !== components.length) continue;
    const fits = components.every((component) =>
      entity.some(
        ({ entityType, entityName }) => entityType === component.entityType && fitsName(component, entityName),
      ),
    );
    if (!fits) continue;
    const name = JSON.stringify(entity);
    const entry = found.get(name) ?? { entity, values: [] };
    entry.values.push({ key, value });
    found.set(name, entry);
  }
  return [...found.values()];
}

function fitsName({ matchType, match }: ComponentData, name: string | null): boolean {
  if (matchType === EXACT) return name === match;
  return matchType === SPECIFIED || name === null;
}

function checkFilter(components: readonly ComponentData[]): void {
  const refuse = (text: string): never => {
    throw new KafkaError('INVALID_REQUEST', text);
  };
  const seen = new Set<string>();
  for (const { entityType, matchType, match } of components) {
    if (entityType === '') refuse('Invalid empty entity type.');
    if (seen.has(entityType)) refuse(`Entity type ${entityType} cannot appear more than once in the filter.`);
    seen.add(entityType);
    if (!['user', 'client-id', 'ip'].includes(entityType)) {
      throw new KafkaError('UNSUPPORTED_VERSION', `Unsupported entity type ${entityType}`);
    }
    if (matchType < EXACT || matchType > SPECIFIED) refuse(`Unknown match type ${matchType}`);
    if (matchType === EXACT && match === null) {
      refuse('Request specified MATCH_TYPE_EXACT, but set match string to null.');
    }
    if (matchType !== EXACT && match !== null) {
      const name = matchType === DEFAULT ? 'MATCH_TYPE_DEFAULT' : 'MATCH_TYPE_SPECIFIED';
      refuse(`Request specified ${name}, but also specified a match string.`);
    }
  }
  if (seen.has('ip') && seen.size > 1) {
    refuse(
      'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter ' +
        'component.',
    );
  }
}
