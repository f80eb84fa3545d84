import { randomBytes } from 'node:crypto';
import type { Random } from '../base/host.js';

/** Bytes fit for ids and salts; fractions only for spreading load. */
export const nodeRandom: Random = {
  bytes: (sizeBytes) => randomBytes(sizeBytes),
  fraction: () => Math.random(),
};
