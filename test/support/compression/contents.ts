/** A repeatable row of numbers of 31 bits. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 1;
  };
}

/** Contents of many sizes and kinds, by name. */
export function contents(): Map<string, Buffer> {
  const next = random(1);
  const noise = Buffer.from(Array.from({ length: 70_000 }, () => (next() >>> 8) & 0xff));
  const json = Buffer.from(
    Array.from({ length: 2000 }, (_, n) => JSON.stringify({ id: next() % 1e6, name: ['alice', 'bob'][n % 2] })).join(
      '',
    ),
  );
  const sizes = [0, 1, 4, 11, 12, 13, 15, 16, 17, 64, 1023, 1024, 2047, 2048, 32767, 32768, 32769, 65535, 65536, 65537];
  return new Map([
    ...sizes.map((sizeBytes): [string, Buffer] => [
      `${sizeBytes} of text`,
      Buffer.alloc(sizeBytes, 'a quick brown fox '),
    ]),
    ['zeros', Buffer.alloc(150_000)],
    ['noise', noise],
    ['noise then zeros', Buffer.concat([noise.subarray(0, 40_000), Buffer.alloc(40_000)])],
    ['json', json],
    ['two blocks', Buffer.concat([json.subarray(0, 50_000), noise.subarray(0, 30_000)])],
    ['period of three', Buffer.alloc(5000, 'abc')],
    ['period of 60000', Buffer.concat([noise.subarray(0, 60_000), noise.subarray(0, 60_000)])],
  ]);
}
