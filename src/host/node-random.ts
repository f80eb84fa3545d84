import type { Random } from '../base/host.js';

/** Bytes fit for ids and salts; fractions only for spreading load. */
export const nodeRandom: Random = {
  // Loading node:crypto takes longer than most tools run; few of them need it.
  bytes: (sizeBytes) => process.getBuiltinModule('node:crypto').randomBytes(sizeBytes),
  fraction: () => Math.random(),
};
