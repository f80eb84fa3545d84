/**
 * Speed of the record path, to be run by hand: `node dist/test/bench/records-bench.js [milliseconds a case]`.
 * Prints microseconds a batch, million records a second and MB of records a second.
 */
import { COMPRESSION_NAMES, CompressionType, compress, decompress } from '../../src/protocol/compression/codec.js';
import { crc32c, crc32cInJs } from '../../src/protocol/crc32c.js';
import { BatchBuilder } from '../../src/protocol/records/batch-builder.js';
import { openRecords, readRecords } from '../../src/protocol/records/batch-reader.js';
import { validateBatch } from '../../src/protocol/records/validate-batch.js';

const NOW_MS = 1_700_000_000_000;
const caseMs = Number(process.argv[2] ?? 300);

function measure(name: string, records: number, sizeBytes: number, work: () => unknown): void {
  const warmUntil = performance.now() + caseMs / 3;
  while (performance.now() < warmUntil) work();
  const began = performance.now();
  let runs = 0;
  let took = 0;
  do {
    for (let n = 0; n < 10; n++) work();
    runs += 10;
    took = performance.now() - began;
  } while (took < caseMs);
  const micros = (took * 1000) / runs;
  const columns = [
    micros.toFixed(1).padStart(10),
    (records / micros).toFixed(2).padStart(8),
    (sizeBytes / micros).toFixed(0).padStart(8),
  ];
  console.log(`${name.padEnd(36)}${columns.join('')}`);
}

const orders = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    key: Buffer.from(`customer-${(n * 7919) % 1000}`),
    value: Buffer.from(JSON.stringify({ id: n, name: ['alice', 'bob', 'carol'][n % 3], amount: (n * 104729) % 9973 })),
  }));

function build(count: number, compression: CompressionType): Buffer {
  const builder = new BatchBuilder();
  for (const { key, value } of orders(count)) builder.append(NOW_MS, key, value);
  return builder.build({ compression });
}

const rules = {
  topicPartition: 'orders-0',
  compacted: false,
  timestampType: 'CreateTime' as const,
  nowMs: NOW_MS,
  timestampBeforeMaxMs: Number.POSITIVE_INFINITY,
  timestampAfterMaxMs: 3_600_000,
  maxMessageBytes: 100_000_000,
  compression: 'producer' as const,
  produceVersion: 13,
};

console.log(`${''.padEnd(36)}${'us'.padStart(10)}${'Mrec/s'.padStart(8)}${'MB/s'.padStart(8)}`);
for (const count of [1, 10, 1000]) {
  const given = orders(count);
  const plain = build(count, CompressionType.none);
  const { length } = plain;
  measure(`build, ${count}`, count, length, () => {
    const builder = new BatchBuilder({ initialBytes: 1024 });
    for (const { key, value } of given) builder.append(NOW_MS, key, value);
    return builder.build();
  });
  measure(`crc32c, ${count}`, count, length, () => crc32c(plain, 21));
  measure(`crc32c in JavaScript, ${count}`, count, length, () => crc32cInJs(plain));
  measure(`cursor, ${count}`, count, length, () => {
    const cursor = openRecords(plain, 0);
    while (cursor.next());
  });
  measure(`records as objects, ${count}`, count, length, () => readRecords(plain));
  for (const name of COMPRESSION_NAMES) {
    const batch = build(count, CompressionType[name]);
    measure(`validate ${name}, ${count}`, count, length, () => validateBatch(batch, rules));
  }
  for (const name of COMPRESSION_NAMES.slice(1)) {
    const type = CompressionType[name];
    const content = plain.subarray(61);
    const compressed = compress(type, content);
    measure(`compress ${name}, ${count}`, count, length, () => compress(type, content));
    measure(`decompress ${name}, ${count}`, count, length, () => decompress(type, compressed, 2, 1 << 28));
  }
}
