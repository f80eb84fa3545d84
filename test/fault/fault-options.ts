/**
 * How long the tests of this folder run, and from which seed. All of them are seeded; a failure names its seed and
 * the command that runs that seed alone.
 *
 * - `KAFKALITE_FAULT_SEED=N`: only seed N.
 * - `KAFKALITE_FAULT_ROUNDS=N`: so many rounds instead of the few that a quick run makes. A round is one seed of a
 *   test; in crash.test.ts and exactly-once.test.ts it is one kill and restart.
 * - `KAFKALITE_FAULT_STEPS=N`: how long the script of power-cut.test.ts is; 150 finds more, and takes 20 s a seed.
 */
const { KAFKALITE_FAULT_SEED, KAFKALITE_FAULT_ROUNDS, KAFKALITE_FAULT_STEPS } = process.env;

/** The seeds of a test: as many as it makes by itself, or what the environment says. */
export function seedsOf(quickRounds: number): number[] {
  if (KAFKALITE_FAULT_SEED !== undefined) return [wholeNumber('KAFKALITE_FAULT_SEED', KAFKALITE_FAULT_SEED)];
  return Array.from({ length: roundsOf(quickRounds) }, (_, seed) => seed);
}

/** Rounds of a test that is one long run. */
export function roundsOf(quickRounds: number): number {
  return KAFKALITE_FAULT_ROUNDS === undefined
    ? quickRounds
    : wholeNumber('KAFKALITE_FAULT_ROUNDS', KAFKALITE_FAULT_ROUNDS);
}

/** Steps of a scripted run. */
export function stepsOf(quickSteps: number): number {
  return KAFKALITE_FAULT_STEPS === undefined ? quickSteps : wholeNumber('KAFKALITE_FAULT_STEPS', KAFKALITE_FAULT_STEPS);
}

/** The seed of a test that is one long run. */
export function seedOr(quickSeed: number): number {
  return KAFKALITE_FAULT_SEED === undefined ? quickSeed : wholeNumber('KAFKALITE_FAULT_SEED', KAFKALITE_FAULT_SEED);
}

/** Runs a round; an error it throws says how to run that round again. */
export async function withSeed(seed: number, file: string, round: () => Promise<void>): Promise<void> {
  try {
    await round();
  } catch (cause) {
    const steps = KAFKALITE_FAULT_STEPS === undefined ? '' : `KAFKALITE_FAULT_STEPS=${KAFKALITE_FAULT_STEPS} `;
    const again = `${steps}KAFKALITE_FAULT_SEED=${seed} node --test dist/test/fault/${file}`;
    throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}\nagain: ${again}`, {
      cause,
    });
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value) || value < 0) throw new Error(`${name}=${text} is no whole number`);
  return value;
}
