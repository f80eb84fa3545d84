import { type BatchesVector, checkBatchesVector } from './batches-vector.js';
import { checkFileVector, type FileVector } from './file-vector.js';
import { checkMessageVector, type MessageVector } from './message-vector.js';
import { readVectors } from './vector-file.js';

type Vector = MessageVector | BatchesVector | FileVector;

/** Checks all lines of files of golden vectors, prints those that fail and a count. @returns the exit status */
export async function checkFiles(paths: readonly string[]): Promise<number> {
  if (paths.length === 0) {
    console.error('usage: codec-check FILE.jsonl.gz ...');
    return 2;
  }
  let passed = 0;
  let failed = 0;
  for (const path of paths) {
    for (const [index, vector] of readVectors<Vector>(path).entries()) {
      try {
        await check(vector);
        passed++;
      } catch (error) {
        failed++;
        console.log(`FAIL ${path} line ${index + 1} (${nameOf(vector)}): ${(error as Error).message}`);
      }
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function check(vector: Vector): Promise<void> | void {
  if ('file' in vector) return checkFileVector(vector);
  return 'api' in vector ? checkMessageVector(vector) : checkBatchesVector(vector);
}

function nameOf(vector: Vector): string {
  if ('file' in vector) return `${vector.file} ${vector.sample}`;
  return 'api' in vector ? `${vector.api} ${vector.type} v${vector.version} ${vector.sample}` : vector.sample;
}
