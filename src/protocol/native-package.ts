import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Loads an npm package that brings a compiled addon, or gives null where there is no build for this platform.
 * Loading is left to the first use: most tools never need a codec, and an addon costs a millisecond or two.
 */
export function loadNativePackage<T>(name: string): T | null {
  try {
    return require(name) as T;
  } catch {
    return null;
  }
}
