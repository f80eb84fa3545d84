import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The lines of a file of golden vectors, one JSON object each. */
export function readVectors<Vector>(path: string | URL): Vector[] {
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector);
}

/** A file under test/vectors. */
export const vectorFile = (name: string): URL => new URL(`../../../../test/vectors/${name}`, import.meta.url);
