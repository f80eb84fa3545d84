import { DiskError } from '../../../../base/disk.js';
import type { Cluster } from '../../../../client/cluster.js';
import { outputFormat } from '../../../format/output-format.js';
import { writeReport } from '../../../format/report.js';
import type { Io } from '../../../io.js';
import { joptError } from '../../../options/jopt.js';
import { ToolError } from '../../../tool-error.js';
import { type ConfigsOptions, TOOL } from '../options.js';
import { carryOut } from './carry-out.js';
import { clusterNow } from './cluster-now.js';
import { type ClusterDescription, readDescription } from './description.js';
import { formerState } from './former-state.js';
import { planOf, type Step } from './plan.js';
import { type Judged, planReport, rowsOfPlan } from './report.js';

/** As diff has it: something differs. */
const DIFFERS = 1;
const WITH_APPLY = ['execute', 'save', 'allow-delete'] as const;

/** What was asked for with --diff or --apply, read before there is a connection. */
export interface PlanRequest {
  readonly path: string;
  readonly description: ClusterDescription;
  /** Whether it is carried out, and not only shown. */
  readonly executes: boolean;
  readonly isDiff: boolean;
  readonly allowsDelete: boolean;
  readonly savePath: string | null;
}

/** @throws UsageError, ToolError */
export async function planRequest(options: ConfigsOptions, io: Io): Promise<PlanRequest> {
  const fail = (message: string): never => {
    throw joptError(TOOL, message);
  };
  const [diff, apply] = [options.value('diff'), options.value('apply')];
  const path = diff ?? apply ?? fail('--execute, --save and --allow-delete go with --apply');
  if (diff !== null && apply !== null) fail('Give one of --diff and --apply');
  if (options.has('alter') || options.has('describe')) fail('--diff and --apply stand alone: no --alter or --describe');
  if (!options.has('bootstrap-server')) fail('--diff and --apply need --bootstrap-server');
  if (diff !== null && WITH_APPLY.some((name) => options.has(name))) {
    fail('--execute, --save and --allow-delete go with --apply');
  }
  return {
    path,
    description: await readDescription(textOf(path, io), path),
    executes: options.has('execute'),
    isDiff: diff !== null,
    allowsDelete: options.has('allow-delete'),
    savePath: options.value('save'),
  };
}

function textOf(path: string, io: Io): string {
  try {
    return io.host.disk.readWhole(path).toString('utf8');
  } catch (error) {
    if (error instanceof DiskError) throw new ToolError(`Cannot read ${path}: ${error.message}`);
    throw error;
  }
}

/** Shows what differs, and with --execute makes the cluster as described. Gives the exit status. */
export async function runPlan(admin: Cluster, request: PlanRequest, options: ConfigsOptions, io: Io): Promise<number> {
  const steps = planOf(request.description, await clusterNow(admin, request.description));
  const judged: Judged[] = [];
  for (const step of steps) judged.push({ step, problem: await problemOf(admin, step, request) });
  await writeReport(planReport(rowsOfPlan(judged)), outputFormat(options, io), io);
  if (request.isDiff) return steps.length === 0 ? 0 : DIFFERS;
  if (steps.length === 0) return 0;
  if (judged.some(({ problem }) => problem !== null)) {
    throw new ToolError('Nothing was changed: not all of it can be done.');
  }
  if (request.executes) return execute(admin, request, steps, io);
  io.printError('Nothing was changed yet: give --execute to do this.');
  return 0;
}

async function problemOf(admin: Cluster, step: Step, { isDiff, allowsDelete }: PlanRequest): Promise<string | null> {
  if (step.kind === 'delete' && !isDiff && !allowsDelete) return 'its records would be lost: give --allow-delete';
  return (await carryOut(admin, step, true))?.message ?? null;
}

async function execute(
  admin: Cluster,
  { path, savePath }: PlanRequest,
  steps: readonly Step[],
  io: Io,
): Promise<number> {
  const savedAt = new Date(io.host.clock.nowMs()).toISOString();
  const saved = savePath ?? `${path}.before-${savedAt.replaceAll(':', '-').replace(/\.\d+Z/, 'Z')}`;
  if (io.host.disk.stat(saved) !== null) throw new ToolError(`${saved} is there already: give another file to --save`);
  io.host.disk.writeWhole(saved, await formerState(steps, savedAt));
  io.host.disk.syncNow(saved);
  io.printError(`What is changed now is kept as it was in ${saved}.`);
  for (const [index, step] of steps.entries()) {
    const failure = await carryOut(admin, step, false);
    if (failure === null) continue;
    throw new ToolError(`${index} of ${steps.length} changes were made, and then: ${failure.message}`);
  }
  io.printError(`${steps.length} ${steps.length === 1 ? 'change was' : 'changes were'} made.`);
  return 0;
}
