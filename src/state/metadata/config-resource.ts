/** Kinds of things that have configs, with the numbers of the protocol. */
export const CONFIG_TOPIC = 2;
export const CONFIG_BROKER = 4;
export const CONFIG_BROKER_LOGGER = 8;
export const CONFIG_CLIENT_METRICS = 16;
export const CONFIG_GROUP = 32;

/** Names a resource in the image and in deltas. */
export const configKey = (resourceType: number, resourceName: string): string => `${resourceType}:${resourceName}`;

/** Names of the resources of a kind among such keys. */
export function resourceNames(keys: Iterable<string>, resourceType: number): string[] {
  const prefix = configKey(resourceType, '');
  return [...keys].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}
