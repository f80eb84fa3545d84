import { CONFIG_GROUP } from '../metadata/config-resource.js';
import type { MetadataImage } from '../metadata/image.js';
import type { GroupCommandContext } from './classic/rebalance.js';

/** What a resource was set to, if it was. */
export function configuredNumber(
  context: GroupCommandContext,
  type: number,
  name: string,
  key: string,
): number | undefined {
  const value = (context.image as MetadataImage).configsOf(type, name).get(key);
  return value === undefined ? undefined : Number(value);
}

export const ofGroup = (context: GroupCommandContext, groupId: string, key: string): number | undefined =>
  configuredNumber(context, CONFIG_GROUP, groupId, key);
