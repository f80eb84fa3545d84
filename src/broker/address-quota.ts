import type { MetadataImage } from '../state/metadata/image.js';
import { quotaKey } from '../state/metadata/quota-key.js';

const CONNECTION_RATE = 'connection_creation_rate';

/** New connections a second that an address may make, by its own quota or by that of all (KIP-612); null without one. */
export function connectionRateOf(address: string, { quotas }: MetadataImage): number | null {
  if (quotas.size === 0) return null;
  const of = (entityName: string | null) => quotas.get(quotaKey([{ entityType: 'ip', entityName }], CONNECTION_RATE));
  return (of(address) ?? of(null))?.value ?? null;
}
