import { type AclBinding, ANY_ACL, createAcls, deleteAcls, describeAcls } from '../../client/admin/acls.js';
import type { Cluster } from '../../client/cluster.js';
import { KafkaError } from '../../protocol/errors.js';
import { connectWithin, nodeAssignmentFailure, UnreachableError, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { executionText, javaMessageOf, javaText } from '../format/java-error.js';
import { outputFormat } from '../format/output-format.js';
import { writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { UsageError } from '../options/usage-error.js';
import { ToolError, uncaught } from '../tool-error.js';
import { TOOL } from './acls/options.js';
import { aclReport, bindingText, byPattern, entryText, patternText } from './acls/report.js';
import {
  type AclChecks,
  type AclOptions,
  patternsOf,
  patternTypeOf,
  principalsOf,
  type WantedRules,
  wantedRules,
} from './acls/wanted-rules.js';

export { TOOL } from './acls/options.js';
export { ACL_SCHEMA } from './acls/report.js';

/** kafka-acls: who may do what with a cluster (KIP-11). */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseJopt(TOOL, argv);
  const checks: AclChecks = new JoptChecks(TOOL, options);
  checkOptions(options, checks);
  const shown = options.has('no-color') ? withoutColors(io) : io;
  try {
    const action = actionOf(options, checks, shown);
    await withAdmin(shown, propertiesOf(options, io), action);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const failure = nodeAssignmentFailure(error, 'describeAcls', io);
    if (!(failure instanceof Error) || failure instanceof TypeError) throw failure;
    for (const line of failureLines(failure, io)) io.print(line);
    return 1;
  }
}

/** What it failed by, and under that Java's exception, which is for scripts. */
function failureLines(failure: Error, io: Io): string[] {
  const isOfCall = failure instanceof KafkaError || failure instanceof UnreachableError;
  const told = (message: string): string => `Error while executing ACL command: ${message}`;
  if (io.stdout.isTerminal) return [told(failure.message)];
  return isOfCall
    ? [told(javaText(failure)), executionText(failure)]
    : [told(javaMessageOf(failure).split('\n')[0] as string), javaText(failure)];
}

const NOT_TO_LIST = ['producer', 'consumer', 'allow-host', 'allow-principal', 'deny-host', 'deny-principal'] as const;
/** A role says itself what is done, and nobody is kept from one. */
const NOT_OF_ROLES = ['operation', 'deny-principal', 'deny-host'] as const;

function checkOptions(options: AclOptions, checks: AclChecks): void {
  const has = (name: Parameters<AclOptions['has']>[0]): boolean => options.has(name);
  if (has('bootstrap-server') && has('bootstrap-controller')) {
    checks.fail('Only one of --bootstrap-server or --bootstrap-controller must be specified');
  }
  if (!has('bootstrap-server') && !has('bootstrap-controller')) {
    checks.fail('One of --bootstrap-server or --bootstrap-controller must be specified');
  }
  if ((['add', 'remove', 'list'] as const).filter(has).length !== 1) {
    checks.fail('Command must include exactly one action: --list, --add, --remove. ');
  }
  checks.forbidWith('list', NOT_TO_LIST);
  checks.forbidWith('producer', NOT_OF_ROLES);
  checks.forbidWith('consumer', NOT_OF_ROLES);
  if (has('principal') && !has('list')) checks.fail('The --principal option is only available if --list is set');
  if (has('producer') && !has('topic')) checks.fail('With --producer you must specify a --topic');
  if (has('idempotent') && !has('producer')) {
    checks.fail('The --idempotent option is only available if --producer is set');
  }
  const isOther = !has('producer') && (has('cluster') || has('transactional-id'));
  if (has('consumer') && (!has('topic') || !has('group') || isOther)) {
    checks.fail(
      'With --consumer you must specify a --topic and a --group and no --cluster or --transactional-id option should be specified.',
    );
  }
}

function propertiesOf(options: AclOptions, io: Io): Map<string, string> {
  const path = options.value('command-config');
  if (path === null && options.has('command-config')) {
    io.print('Did not load any properties since the property file is not specified');
  }
  const properties = path === null ? new Map<string, string>() : loadProperties(io, path);
  const controllers = options.value('bootstrap-controller');
  if (controllers !== null) properties.set('bootstrap.controllers', controllers);
  else properties.set('bootstrap.servers', options.value('bootstrap-server') as string);
  return connectWithin(properties, options.value('timeout'));
}

type Action = (admin: Cluster) => Promise<void>;

/** What is asked for, looked at before anybody is connected to. @throws UsageError, ToolError, OptionError */
function actionOf(options: AclOptions, checks: AclChecks, io: Io): Action {
  if (options.has('list')) {
    const [patterns, principals] = [patternsOf(options), principalsOf(options, 'principal')];
    const filters = patterns.length === 0 ? [ANY_ACL] : patterns.map((pattern) => ({ pattern, entry: null }));
    return async (admin) => {
      const found: AclBinding[] = [];
      for (const filter of filters) found.push(...(await describeAcls(admin, filter)));
      await writeReport(aclReport(found, principals), outputFormat(options, io), io);
    };
  }
  if (options.has('add')) {
    const patternType = patternTypeOf(options);
    if (patternType !== 'LITERAL' && patternType !== 'PREFIXED') {
      checks.fail(`A '--resource-pattern-type' value of '${patternType}' is not valid when adding acls.`);
    }
    const rules = wantedRules(options, checks);
    if (rules.some(({ entries }) => entries.length === 0)) {
      checks.fail('You must specify one of: --allow-principal, --deny-principal when trying to add ACLs.');
    }
    return (admin) => add(admin, rules, io);
  }
  const rules = wantedRules(options, checks);
  return (admin) => remove(admin, rules, options.has('force'), io);
}

/** Rules that are there already are told of and left alone. */
async function add(admin: Cluster, rules: readonly WantedRules[], io: Io): Promise<void> {
  for (const { pattern, entries } of rules) {
    const there = new Set((await describeAcls(admin, { pattern, entry: null })).map(bindingText));
    const missing: AclBinding[] = [];
    for (const entry of entries) {
      const binding = { pattern, entry };
      if (there.has(bindingText(binding))) io.print(`Acl ${bindingText(binding)} already exists.`);
      else missing.push(binding);
    }
    for (const [text, bindings] of byPattern(missing)) {
      io.print(`Adding ACLs for resource \`${text}\`: \n ${linesOf(bindings)}\n`);
      await createAcls(admin, bindings);
    }
  }
}

const linesOf = (bindings: readonly Pick<AclBinding, 'entry'>[]): string =>
  bindings.map(({ entry }) => `\t${entryText(entry)}`).join('\n');

async function remove(admin: Cluster, rules: readonly WantedRules[], isForced: boolean, io: Io): Promise<void> {
  for (const { pattern, entries } of rules) {
    const which =
      entries.length === 0
        ? `delete all ACLs for resource filter \`${patternText(pattern)}\``
        : `remove ACLs: \n ${linesOf(entries.map((entry) => ({ entry })))}\n from resource filter \`${patternText(pattern)}\``;
    if (!isForced && !(await isConfirmed(`Are you sure you want to ${which}? (y/n)`, io))) continue;
    await deleteAcls(
      admin,
      entries.length === 0 ? [{ pattern, entry: null }] : entries.map((entry) => ({ pattern, entry })),
    );
  }
}

/** Only somebody at a terminal can say yes. @throws ToolError where nobody is there */
async function isConfirmed(question: string, io: Io): Promise<boolean> {
  io.print(question);
  if (!io.stdin.isTerminal) {
    if (io.stdout.isTerminal) throw new ToolError('there is nobody to answer: say --force where the answer is yes');
    // What becomes of it in Java, to the letter: scripts know the line.
    throw uncaught(
      'java.lang.NullPointerException',
      'Cannot invoke "java.io.Console.readLine()" because the return value of "java.lang.System.console()" is null',
    );
  }
  for await (const chunk of io.stdin) return Buffer.from(chunk).toString().trim().toLowerCase() === 'y';
  return false;
}
