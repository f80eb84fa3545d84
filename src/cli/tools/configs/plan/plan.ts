/** What has to be done to a cluster so that it is as described: values in and values out. */
import { ConfigResourceType } from '../../../../client/admin/configs.js';
import type { ClusterDescription, ResourceDescription, Settings, TopicDescription } from './description.js';

/** Settings that were made, without defaults. */
export type SetValues = ReadonlyMap<string, string | null>;

export interface TopicNow {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: SetValues;
}

/** What there is of all that the description names. */
export interface ClusterNow {
  readonly topics: ReadonlyMap<string, TopicNow>;
  /** By {@link resourceKey}. */
  readonly resources: ReadonlyMap<string, SetValues>;
}

export const resourceKey = (type: ConfigResourceType, name: string): string => `${type} ${name}`;

/** One setting that changes; null for the default. */
export interface SettingChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

export type Step =
  | { readonly kind: 'create'; readonly topic: TopicDescription }
  | { readonly kind: 'delete'; readonly topic: string; readonly before: TopicNow }
  | { readonly kind: 'partitions'; readonly topic: string; readonly before: number; readonly after: number }
  | {
      readonly kind: 'configs';
      readonly type: ConfigResourceType;
      readonly name: string;
      readonly changes: readonly SettingChange[];
    }
  /** Something that cannot be had by changing what is there. */
  | { readonly kind: 'impossible'; readonly topic: string; readonly why: string };

/** In the order in which they can be done: what is lost by a mistake comes last. */
export function planOf({ topics, resources }: ClusterDescription, now: ClusterNow): Step[] {
  const steps = [
    ...topics.flatMap((topic) => topicSteps(topic, now)),
    ...resources.flatMap((one) => resourceSteps(one, now)),
  ];
  const order: readonly Step['kind'][] = ['impossible', 'create', 'partitions', 'configs', 'delete'];
  return order.flatMap((kind) => steps.filter((step) => step.kind === kind));
}

function topicSteps(topic: TopicDescription, { topics }: ClusterNow): Step[] {
  const { name, partitions, replicationFactor } = topic;
  const now = topics.get(name);
  if (topic.isAbsent) return now === undefined ? [] : [{ kind: 'delete', topic: name, before: now }];
  if (now === undefined) return [{ kind: 'create', topic }];
  const steps: Step[] = [];
  if (partitions !== null && partitions > now.partitions) {
    steps.push({ kind: 'partitions', topic: name, before: now.partitions, after: partitions });
  } else if (partitions !== null && partitions < now.partitions) {
    const why = `it has ${now.partitions} partitions, which cannot become ${partitions}: partitions are never taken away`;
    steps.push({ kind: 'impossible', topic: name, why });
  }
  if (replicationFactor !== null && replicationFactor !== now.replicationFactor) {
    const why = `its replication factor is ${now.replicationFactor}: to make it ${replicationFactor} use kafka-reassign-partitions`;
    steps.push({ kind: 'impossible', topic: name, why });
  }
  const changes = settingChanges(topic.configs, now.configs);
  if (changes.length > 0) steps.push({ kind: 'configs', type: ConfigResourceType.TOPIC, name, changes });
  return steps;
}

function resourceSteps({ type, name, configs }: ResourceDescription, now: ClusterNow): Step[] {
  const changes = settingChanges(configs, now.resources.get(resourceKey(type, name)) ?? new Map());
  return changes.length === 0 ? [] : [{ kind: 'configs', type, name, changes }];
}

function settingChanges(wanted: Settings, now: SetValues): SettingChange[] {
  const changes = [...wanted].map(([name, after]) => ({ name, before: now.get(name) ?? null, after }));
  // A setting that must not be seen shows no value: it is set again whatever it is.
  return changes.filter(({ name, before, after }) => before !== after || (after !== null && now.get(name) === null));
}
