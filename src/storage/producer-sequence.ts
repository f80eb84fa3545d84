/** Sequence numbers of idempotent producers count records and wrap from 2^31 - 1 to 0 (KIP-98). */
const MAX_SEQUENCE = 0x7fff_ffff;

export const nextSequence = (sequence: number): number => (sequence === MAX_SEQUENCE ? 0 : sequence + 1);

export const sequencePlus = (sequence: number, delta: number): number => {
  const sum = sequence + delta;
  return sum > MAX_SEQUENCE ? sum - MAX_SEQUENCE - 1 : sum;
};

export const sequenceMinus = (sequence: number, delta: number): number => {
  const difference = sequence - delta;
  return difference < 0 ? difference + MAX_SEQUENCE + 1 : difference;
};
