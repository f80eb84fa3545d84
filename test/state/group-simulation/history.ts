import { ClassicProcess } from './classic-process.js';
import { GROUP, GroupWorld } from './group-world.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { HistoryPlan } from './step.js';

const SETTLE_MS = 300_000;
const GLANCE_MS = 1500;
/** Longer than any call waits for processes that are gone. */
const DRAIN_MS = 330_000;

/** Plays the history, lets it come to rest, and ends it. @returns what was broken; null when nothing was */
export async function play(plan: HistoryPlan, story: string[] | null): Promise<Error | null> {
  const world = new GroupWorld(plan, story);
  try {
    for (const step of plan.steps) {
      await world.runUntil(step.atMs);
      world.act(step);
    }
    await settle(world);
    await commitAll(world);
    await drain(world);
    return null;
  } catch (error) {
    world.tell(() => `BROKEN: ${(error as Error).message}`);
    return error as Error;
  }
}

/** Once nothing changes any more everything is assigned, to one member each that wants it. */
async function settle(world: GroupWorld): Promise<void> {
  world.tell(() => '-- nothing changes any more');
  world.coordinator.calm();
  for (const process of world.processes) process.calm();
  closeRivals(world);
  const backInMs = Math.max(0, ...world.processes.map(({ backAtMs }) => backAtMs - world.clock.nowMs()));
  await world.runUntil(world.elapsedMs + backInMs + GLANCE_MS);
  finishForOthers(world);
  const untilMs = world.elapsedMs + SETTLE_MS;
  let restsSince = 0;
  for (;;) {
    await world.runUntil(world.elapsedMs + GLANCE_MS);
    const unrest = unrestOf(world);
    restsSince = unrest === null ? restsSince + 1 : 0;
    if (restsSince === 3) return;
    if (world.elapsedMs > untilMs) throw new Error(`no rest after ${SETTLE_MS / 1000} s: ${unrest}`);
  }
}

/** Of processes that claim the same static place the later one waits for as long as the other lives (KIP-848). */
function closeRivals({ processes }: GroupWorld): void {
  const seen = new Set<string>();
  for (const process of processes) {
    const { instanceId, protocol } = process.plan;
    if (!process.isAlive || instanceId === null || protocol === 'classic') continue;
    if (seen.has(instanceId)) process.die();
    seen.add(instanceId);
  }
}

/**
 * A cooperative member that lets go of partitions joins again so that others get them. When another process takes its
 * static place before it could, nobody does (KIP-345, KIP-429), until the next rebalance.
 */
function finishForOthers({ processes }: GroupWorld): void {
  const instances = processes.flatMap(({ plan }) => plan.instanceId ?? []);
  if (new Set(instances).size === instances.length) return;
  for (const process of processes) {
    if (process.isAlive && process instanceof ClassicProcess) process.rebalance();
  }
}

function unrestOf(world: GroupWorld): string | null {
  const { machine } = world.coordinator;
  if (machine === null) return 'the coordinator is down';
  const living = world.processes.filter(({ isAlive }) => isAlive);
  const group = machine.group(GROUP);
  const state = group?.state ?? 'Empty';
  if (living.length === 0) return state === 'Empty' ? null : `${state} with nobody there`;
  if (state !== 'Stable') return `the group is ${state}`;
  const members = [...(group?.members.keys() ?? [])].sort().join();
  const ids = living
    .map(({ identity }) => identity.memberId)
    .sort()
    .join();
  if (members !== ids) return `the members are ${members}, the processes ${ids}`;
  for (const { identity, name } of living) {
    const current = group?.type === 'classic' ? group.generation : group?.members.get(identity.memberId)?.memberEpoch;
    if (identity.generation !== current) return `${name} is of ${identity.generation}, where ${current} is`;
  }
  return unassigned(world, living);
}

function unassigned(world: GroupWorld, living: readonly SimulatedProcess[]): string | null {
  const wanted = new Map<string, SimulatedProcess[]>();
  for (const process of living) {
    for (const name of process.topics()) {
      const topic = world.image.topics.get(name);
      for (const index of topic?.partitions.keys() ?? []) {
        const key = `${topic?.id}:${index}`;
        wanted.set(key, [...(wanted.get(key) ?? []), process]);
      }
    }
  }
  for (const [key, readers] of wanted) {
    const owners = living.filter(({ owned }) => owned.has(key));
    if (owners.length !== 1) return `${key} is owned by ${owners.map(({ name }) => name).join() || 'nobody'}`;
    if (!readers.includes(owners[0] as SimulatedProcess))
      return `${key} is owned by ${owners[0]?.name}, who does not want it`;
  }
  for (const { owned, name } of living) {
    for (const key of owned) if (!wanted.has(key)) return `${name} owns ${key}, which nobody wants`;
  }
  return null;
}

/** Members in good standing commit, and nobody else does. */
async function commitAll(world: GroupWorld): Promise<void> {
  world.tell(() => '-- all commit');
  const refused: string[] = [];
  let waiting = 0;
  for (const process of world.processes) {
    if (!process.isAlive) continue;
    for (const key of process.owned) {
      waiting++;
      world.commits.send(process, process.identity, key, (code) => {
        waiting--;
        if (code !== 0) refused.push(`${process.name} cannot commit ${key}: error ${code}`);
      });
    }
  }
  await world.runUntil(world.elapsedMs + 1000);
  if (waiting > 0 || refused.length > 0) throw new Error(refused.join() || 'a commit has no answer');
}

/** Everybody dies: the group comes to know, and no call waits for ever. */
async function drain(world: GroupWorld): Promise<void> {
  world.tell(() => '-- all die');
  for (const process of world.processes) process.die();
  await world.runUntil(world.elapsedMs + DRAIN_MS);
  if (world.coordinator.waiting > 0) throw new Error(`${world.coordinator.waiting} calls were never answered`);
  const state = world.coordinator.machine?.group(GROUP)?.state ?? 'Empty';
  if (state !== 'Empty') throw new Error(`the group is ${state} long after all died`);
}
