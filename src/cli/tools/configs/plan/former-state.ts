/** The description that puts back what a plan changes. */
import { ConfigResourceType } from '../../../../client/admin/configs.js';
import { ABSENT, ALL_BROKERS, SECTIONS } from './description.js';
import type { SettingChange, Step } from './plan.js';

interface FormerTopic {
  partitions?: number;
  'replication-factor'?: number;
  configs?: Record<string, string | null>;
}

/** As YAML, with a note on what cannot be put back. */
export async function formerState(steps: readonly Step[], savedAt: string): Promise<string> {
  const { stringify } = await import('yaml');
  const notes = [
    `What kafka-configs --apply changed on ${savedAt}, as it was before. Give it to --apply to put it back.`,
  ];
  const topics: Record<string, FormerTopic | typeof ABSENT> = {};
  const sections: Record<string, Record<string, Record<string, string | null>>> = {};
  for (const step of steps) {
    switch (step.kind) {
      case 'create':
        topics[step.topic.name] = ABSENT;
        break;
      case 'delete':
        topics[step.topic] = {
          partitions: step.before.partitions,
          'replication-factor': step.before.replicationFactor,
          configs: Object.fromEntries(step.before.configs),
        };
        notes.push(`The records of topic ${step.topic} are gone.`);
        break;
      case 'partitions':
        notes.push(`Topic ${step.topic} had ${step.before} partitions; those that were added stay.`);
        break;
      case 'configs':
        keepSettings(step, topics, sections);
        break;
      default:
    }
  }
  const content = { ...(Object.keys(topics).length > 0 ? { topics } : {}), ...sections };
  return `${notes.map((note) => `# ${note}\n`).join('')}${stringify(content)}`;
}

function keepSettings(
  { type, name, changes }: Extract<Step, { kind: 'configs' }>,
  topics: Record<string, FormerTopic | typeof ABSENT>,
  sections: Record<string, Record<string, Record<string, string | null>>>,
): void {
  if (type === ConfigResourceType.TOPIC) {
    topics[name] = { configs: formerSettings(changes) };
    return;
  }
  const section = Object.entries(SECTIONS).find(([, known]) => known === type)?.[0] ?? '';
  sections[section] = { ...sections[section], [name === '' ? ALL_BROKERS : name]: formerSettings(changes) };
}

const formerSettings = (changes: readonly SettingChange[]): Record<string, string | null> =>
  Object.fromEntries(changes.map(({ name, before }) => [name, before]));
