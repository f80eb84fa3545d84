import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { describeConsumerGroups } from '../../../client/admin/describe-groups.js';
import { alterGroupOffsets } from '../../../client/admin/group-offsets.js';
import type { Cluster } from '../../../client/cluster.js';
import { offsetAlone } from '../../../client/committed-offset.js';
import { isError } from '../../../client/fan-out.js';
import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import { toolLogger } from '../../connect-to.js';
import { partitionHash } from '../../format/partition-hash.js';
import type { Report } from '../../format/report.js';
import { chosenGroups } from './list.js';
import { type GroupsOptions, groupsUsageError } from './options.js';
import type { GroupErrors, Shown } from './output.js';
import { factsOf } from './reset-facts.js';
import { parseResetFile, type ResetFile, readResetFile } from './reset-file.js';
import { chosenReset } from './reset-options.js';
import { NothingCommittedError, type PlanNote, planReset, type Reset, type ResetPlan } from './reset-plan.js';
import { resetReport } from './reset-report.js';
import { checkedPartitions, checkListed, partitionsToReset } from './reset-scope.js';
import type { GroupResetRow } from './rows.js';

/** --reset-offsets: a plan, carried out with --execute. @throws ToolError, UsageError */
export async function resetOffsets(
  admin: Cluster,
  options: GroupsOptions,
  shown: Shown,
  errors: GroupErrors,
): Promise<Report> {
  const groupIds = inHashOrder(await chosenGroups(admin, options), javaHash);
  const states = await groupStates(admin, groupIds);
  const resetter = new Resetter(admin, options, shown, errors);
  const rows: GroupResetRow[] = [];
  for (const groupId of groupIds) {
    const state = states.get(groupId) as string;
    if (state === 'Dead') await resetter.tellOfNew(groupId);
    if (state === 'Empty' || state === 'Dead') rows.push(...(await resetter.reset(groupId)));
    else {
      errors.print(
        `Assignments can only be reset if the group '${groupId}' is inactive, but the current state is ${state}.`,
      );
    }
  }
  return resetReport(rows, groupIds, options);
}

/** A group that is not there yet is dead: it can be made by its offsets. @throws KafkaError */
async function groupStates(admin: Cluster, groupIds: readonly string[]): Promise<Map<string, string>> {
  const described = await describeConsumerGroups(admin, groupIds);
  const states = new Map<string, string>();
  for (const groupId of groupIds) {
    const group = described.get(groupId) ?? new KafkaError('UNKNOWN_SERVER_ERROR', `no answer for group ${groupId}`);
    if (!isError(group)) states.set(groupId, group.state);
    else if (group.error === 'GROUP_ID_NOT_FOUND') states.set(groupId, 'Dead');
    else throw group;
  }
  return states;
}

class Resetter {
  private readonly admin: Cluster;
  private readonly options: GroupsOptions;
  private readonly shown: Shown;
  private readonly errors: GroupErrors;
  private file: ResetFile | null = null;

  constructor(admin: Cluster, options: GroupsOptions, shown: Shown, errors: GroupErrors) {
    this.admin = admin;
    this.options = options;
    this.shown = shown;
    this.errors = errors;
  }

  /** People may have meant a group that is there. */
  async tellOfNew(groupId: string): Promise<void> {
    const { io } = this.shown;
    if (!io.stderr.isTerminal) return;
    this.errors.ask(`There is no group '${groupId}' yet: its first offsets make it.`);
    this.errors.ask(await (await import('./similar.js')).questionFor(this.admin, 'group', groupId));
  }

  /** Plans for a group, and does it where that is wanted. @throws ToolError, UsageError */
  async reset(groupId: string): Promise<GroupResetRow[]> {
    const { offsets, notes } = await this.plan(groupId);
    for (const note of notes) this.tell(note);
    if (this.options.has('execute') && offsets.length > 0) await this.commit(groupId, offsets);
    return offsets.map((offset) => ({ group: groupId, ...offset }));
  }

  private async plan(groupId: string): Promise<ResetPlan> {
    const scope = await partitionsToReset(this.admin, groupId, this.options);
    const checked = await checkedPartitions(this.admin, scope);
    const path = this.options.value('from-file');
    if (path !== null) return this.planOfFile(groupId, path);
    return this.planFor(groupId, checked, chosenReset(this.options, this.shown.io));
  }

  private async planOfFile(groupId: string, path: string): Promise<ResetPlan> {
    const given = this.options.values('group');
    this.file ??= parseResetFile(readResetFile(this.shown.io, path), given.length === 1 ? (given[0] as string) : null);
    const ofGroup = this.file.get(groupId);
    if (ofGroup === undefined) {
      this.errors.print(`No reset plan for group ${groupId} found`);
      return { offsets: [], notes: [] };
    }
    await checkListed(this.admin, [...ofGroup.values()]);
    const offsets = new Map([...ofGroup].map(([key, { offset }]) => [key, offset]));
    return this.planFor(groupId, [...ofGroup.values()], { to: 'listed', offsets });
  }

  private async planFor(groupId: string, partitions: readonly TopicPartition[], reset: Reset): Promise<ResetPlan> {
    const facts = await factsOf(this.admin, groupId, partitions, reset);
    try {
      // Kafka looks for offsets to shift in the order in which partitions were named.
      const { offsets, notes } = planReset(reset, reset.to === 'shifted' ? facts : inHashOrder(facts, partitionHash));
      return { offsets: inHashOrder(offsets, partitionHash), notes };
    } catch (error) {
      throw error instanceof NothingCommittedError ? groupsUsageError(error.message) : error;
    }
  }

  private async commit(groupId: string, offsets: ResetPlan['offsets']): Promise<void> {
    const wanted = offsets.map(({ topic, partition, newOffset }) => ({
      topic,
      partition,
      value: offsetAlone(newOffset),
    }));
    for (const { value } of await alterGroupOffsets(this.admin, groupId, wanted)) {
      if (isError(value)) throw value;
    }
  }

  /** An offset that is moved Kafka's tool tells of in its log alone; a partition without records on standard output. */
  private tell(note: PlanNote): void {
    const { io, format } = this.shown;
    if (note.is === 'empty') {
      const { topic, partition } = note.at;
      const message = `Warn: Partition ${partition} from topic ${topic} is empty. Falling back to latest known offset.`;
      if (format === 'plain') io.print(`\n${message}`);
      else io.printError(message);
      return;
    }
    const wrong = note.is === 'lowered' ? 'higher than latest' : 'lower than earliest';
    const message = `New offset (${note.wanted}) is ${wrong} offset for topic partition ${keyOf(note.at)}. Value will be set to ${note.taken}`;
    if (format === 'plain') toolLogger(io, 'org.apache.kafka.tools.OffsetsUtils').warn(message);
    else io.printError(message);
  }
}
