import { test } from 'node:test';
import { seedsOf, stepsOf } from '../../fault/fault-options.js';
import { play } from './history.js';
import { planOf } from './history-plan.js';
import { shrunk } from './shrink.js';

/**
 * Groups of both protocols under everything that happens to them, on a virtual clock. A failure shows the shortest
 * history that it could be cut down to. More, other or longer histories by the options of test/fault/fault-options.ts:
 * KAFKALITE_FAULT_ROUNDS, KAFKALITE_FAULT_SEED, KAFKALITE_FAULT_STEPS.
 */
const HISTORIES = 10_000;
const STEPS = stepsOf(16);

const seeds = seedsOf(HISTORIES);

test(`${seeds.length} histories of groups whose members, topics and coordinator come and go`, async () => {
  for (const seed of seeds) {
    const plan = planOf(seed, STEPS);
    if ((await play(plan, null)) !== null) throw await failureOf(seed, plan);
  }
});

async function failureOf(seed: number, plan: Parameters<typeof play>[0]): Promise<Error> {
  const shortest = await shrunk(plan);
  const story: string[] = [];
  const problem = await play(shortest, story);
  const file = 'dist/test/state/group-simulation/group-simulation.test.js';
  const again = `KAFKALITE_FAULT_STEPS=${STEPS} KAFKALITE_FAULT_SEED=${seed} node --test ${file}`;
  const settings = JSON.stringify({ ...shortest.settings, topics: shortest.topics });
  return new Error(`seed ${seed}: ${problem?.message}\nagain: ${again}\n${settings}\n${story.join('\n')}`, {
    cause: problem,
  });
}
