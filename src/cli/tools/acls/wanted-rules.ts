import type { AclEntry, AclPattern } from '../../../client/admin/acls.js';
import {
  ACL_PATTERN_TYPES,
  type AclOperation,
  type AclPatternType,
  type AclPermission,
} from '../../../protocol/acl-codes.js';
import type { JoptOptions } from '../../options/jopt.js';
import type { JoptChecks } from '../../options/jopt-checks.js';
import { OptionError } from '../../options/option-set.js';
import { illegalArgument } from '../../tool-error.js';
import { operationNamed, operationsOf } from './operation-names.js';
import type { TOOL } from './options.js';

export type AclOptions = JoptOptions<(typeof TOOL)['options']>;
export type AclChecks = JoptChecks<(typeof TOOL)['options']>;

/** Rules about one resource. */
export interface WantedRules {
  readonly pattern: AclPattern;
  /** Empty where nobody was named. */
  readonly entries: readonly AclEntry[];
}

const ANY_HOST = '*';
const CLUSTER: AclPattern = { resourceType: 'CLUSTER', name: 'kafka-cluster', patternType: 'LITERAL' };

/** @throws OptionError */
export function patternTypeOf(options: AclOptions): AclPatternType {
  const given = options.value('resource-pattern-type') ?? 'LITERAL';
  const type = ACL_PATTERN_TYPES.find((name) => name === given.toUpperCase());
  if (type !== undefined && type !== 'UNKNOWN') return type;
  throw new OptionError(`Cannot parse argument '${given}' of option resource-pattern-type`);
}

/** The resources that options name, each once. */
export function patternsOf(options: AclOptions): AclPattern[] {
  const patternType = patternTypeOf(options);
  const named = (resourceType: AclPattern['resourceType'], names: readonly string[]): AclPattern[] =>
    [...new Set(names)].map((name) => ({ resourceType, name, patternType }));
  const trimmed = (names: readonly string[]): string[] => names.map((name) => name.trim());
  const isAboutCluster = patternType === 'LITERAL' && (options.has('cluster') || options.has('idempotent'));
  return [
    ...named('TOPIC', trimmed(options.values('topic'))),
    ...(isAboutCluster ? [CLUSTER] : []),
    ...named('GROUP', trimmed(options.values('group'))),
    // As it is: an id may begin and end with whatever it likes.
    ...named('TRANSACTIONAL_ID', options.values('transactional-id')),
    ...named('DELEGATION_TOKEN', trimmed(options.values('delegation-token'))),
    ...named('USER', trimmed(options.values('user-principal'))),
  ];
}

/**
 * The rules that are to be added or removed.
 *
 * @throws OptionError, UsageError
 */
export function wantedRules(options: AclOptions, checks: AclChecks): WantedRules[] {
  const patterns = patternsOf(options);
  if (patterns.length === 0) {
    checks.fail(
      'You must provide at least one resource: --topic <topic> or --cluster or --group <group> or --delegation-token <Delegation Token ID>',
    );
  }
  const rules =
    options.has('producer') || options.has('consumer') ? ofRoles(options, patterns) : plain(options, patterns);
  for (const { pattern, entries } of rules) {
    const supported = operationsOf(pattern.resourceType);
    if (entries.every(({ operation }) => supported.includes(operation))) continue;
    checks.fail(`ResourceType ${pattern.resourceType} only supports operations [${supported.join(', ')}]`);
  }
  return rules;
}

function plain(options: AclOptions, patterns: readonly AclPattern[]): WantedRules[] {
  const operations = options.has('operation') ? options.values('operation').map(operationNamed) : ['ALL' as const];
  const entries = entriesOf(options, operations);
  return patterns.map((pattern) => ({ pattern, entries }));
}

/** What producers and consumers need, who may be the same. */
function ofRoles(options: AclOptions, patterns: readonly AclPattern[]): WantedRules[] {
  const isProducer = options.has('producer');
  const isConsumer = options.has('consumer');
  const needed = ({ resourceType }: AclPattern): readonly AclOperation[] => {
    switch (resourceType) {
      case 'TOPIC': {
        const written: AclOperation[] = isProducer ? ['WRITE', 'DESCRIBE', 'CREATE'] : [];
        const read: AclOperation[] = isConsumer ? ['READ', 'DESCRIBE'] : [];
        return [...new Set([...written, ...read])];
      }
      case 'GROUP':
        return isConsumer ? ['READ'] : [];
      case 'TRANSACTIONAL_ID':
        return isProducer ? ['WRITE', 'DESCRIBE'] : [];
      case 'CLUSTER':
        return options.has('idempotent') ? ['IDEMPOTENT_WRITE'] : [];
      default:
        return [];
    }
  };
  return patterns.flatMap((pattern) => {
    const operations = needed(pattern);
    return operations.length === 0 ? [] : [{ pattern, entries: entriesOf(options, operations) }];
  });
}

function entriesOf(options: AclOptions, operations: readonly AclOperation[]): AclEntry[] {
  const of = (permission: AclPermission, principals: readonly string[], hosts: readonly string[]): AclEntry[] =>
    principals.flatMap((principal) =>
      hosts.flatMap((host) => operations.map((operation) => ({ principal, host, operation, permission }))),
    );
  return [
    ...of('ALLOW', principalsOf(options, 'allow-principal'), hostsOf(options, 'allow-host')),
    ...of('DENY', principalsOf(options, 'deny-principal'), hostsOf(options, 'deny-host')),
  ];
}

const hostsOf = (options: AclOptions, name: 'allow-host' | 'deny-host'): string[] =>
  options.has(name) ? [...new Set(options.values(name).map((host) => host.trim()))] : [ANY_HOST];

/** @throws ToolError */
export function principalsOf(options: AclOptions, name: 'allow-principal' | 'deny-principal' | 'principal'): string[] {
  return [...new Set(options.values(name).map((principal) => parsedPrincipal(principal.trim())))];
}

function parsedPrincipal(text: string): string {
  if (text.includes(':')) return text;
  throw illegalArgument(`expected a string in format principalType:principalName but got ${text}`);
}
