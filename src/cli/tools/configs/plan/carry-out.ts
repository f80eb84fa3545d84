import { type ConfigChange, incrementalAlterConfigs } from '../../../../client/admin/configs.js';
import { createPartitions, createTopics, deleteTopics } from '../../../../client/admin/topics.js';
import type { Cluster } from '../../../../client/cluster.js';
import type { SettingChange, Step } from './plan.js';

/**
 * Does a step, or with `validateOnly` asks whether it could be done: null when it was, or can be; else what is against it.
 * Only the deletion of topics cannot be tried.
 */
export async function carryOut(admin: Cluster, step: Step, validateOnly: boolean): Promise<Error | null> {
  switch (step.kind) {
    case 'impossible':
      return new Error(step.why);
    case 'create': {
      const { name, partitions, replicationFactor, configs } = step.topic;
      const set = [...configs].flatMap(([key, value]): [string, string][] => (value === null ? [] : [[key, value]]));
      const topic = {
        name,
        configs: new Map(set),
        partitions: partitions ?? -1,
        replicationFactor: replicationFactor ?? -1,
      };
      return failureOf((await createTopics(admin, [topic], { validateOnly })).get(name));
    }
    case 'partitions': {
      const { topic, after } = step;
      return failureOf((await createPartitions(admin, [{ topic, totalCount: after }], { validateOnly })).get(topic));
    }
    case 'configs': {
      const { type, name } = step;
      const changes = step.changes.map(changeOf);
      const [answer] = await incrementalAlterConfigs(admin, [{ resource: { type, name }, changes }], { validateOnly });
      return failureOf(answer?.result);
    }
    case 'delete':
      return validateOnly ? null : failureOf((await deleteTopics(admin, [step.topic])).get(step.topic));
  }
}

const failureOf = (result: unknown): Error | null => (result instanceof Error ? result : null);

const changeOf = ({ name, after }: SettingChange): ConfigChange =>
  after === null ? { name, operation: 'DELETE', value: null } : { name, operation: 'SET', value: after };
