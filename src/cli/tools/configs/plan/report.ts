import { ConfigResourceType } from '../../../../client/admin/configs.js';
import type { Tone } from '../../../format/color.js';
import { type Report, tableOf } from '../../../format/report.js';
import type { Step } from './plan.js';

export interface PlanRow {
  readonly action: 'create' | 'change' | 'delete' | 'impossible';
  readonly type: string;
  readonly name: string;
  /** A setting, `partitions`, or null for the whole. */
  readonly key: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** What is against it. */
  readonly problem: string | null;
}

/** What `--output json` says of a step of a plan. */
export const PLAN_SCHEMA = {
  title: 'kafka-configs --diff, --apply',
  type: 'object',
  required: ['action', 'type', 'name', 'key', 'before', 'after', 'problem'],
  additionalProperties: false,
  properties: {
    action: { enum: ['create', 'change', 'delete', 'impossible'] },
    type: { enum: ['topic', 'broker', 'group', 'client-metrics'] },
    name: { type: 'string', description: 'empty for the default of all brokers' },
    key: { type: ['string', 'null'], description: 'a setting, or partitions; null for a whole topic' },
    before: { type: ['string', 'null'], description: 'null for the default, or nothing' },
    after: { type: ['string', 'null'] },
    problem: { type: ['string', 'null'], description: 'why it cannot be done' },
  },
} as const;

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [ConfigResourceType.TOPIC]: 'topic',
  [ConfigResourceType.BROKER]: 'broker',
  [ConfigResourceType.GROUP]: 'group',
  [ConfigResourceType.CLIENT_METRICS]: 'client-metrics',
};

/** A step and what is against it. */
export interface Judged {
  readonly step: Step;
  readonly problem: string | null;
}

export function rowsOfPlan(plan: readonly Judged[]): PlanRow[] {
  return plan.flatMap(({ step, problem }) =>
    rowsOfStep(step).map((row) => ({ ...row, problem: row.problem ?? problem })),
  );
}

function rowsOfStep(step: Step): PlanRow[] {
  switch (step.kind) {
    case 'impossible':
      return [topicRow('impossible', step.topic, { problem: step.why })];
    case 'create': {
      const { name, partitions, replicationFactor, configs } = step.topic;
      const counts = Object.entries({ partitions, 'replication-factor': replicationFactor });
      const settings = [...counts.map(([key, count]) => [key, count?.toString() ?? null] as const), ...configs];
      const given = settings.filter(([, after]) => after !== null);
      return [topicRow('create', name, {}), ...given.map(([key, after]) => topicRow('create', name, { key, after }))];
    }
    case 'delete':
      return [topicRow('delete', step.topic, { before: `${step.before.partitions} partitions` })];
    case 'partitions': {
      const counts = { before: String(step.before), after: String(step.after) };
      return [topicRow('change', step.topic, { key: 'partitions', ...counts })];
    }
    case 'configs': {
      const type = TYPE_NAMES[step.type] ?? '';
      return step.changes.map(({ name: key, before, after }) => {
        return { action: 'change', type, name: step.name, key, before, after, problem: null };
      });
    }
  }
}

const topicRow = (action: PlanRow['action'], name: string, facts: Partial<PlanRow>): PlanRow => ({
  action,
  type: 'topic',
  name,
  key: null,
  before: null,
  after: null,
  problem: null,
  ...facts,
});

const SIGNS = { create: '+', change: '~', delete: '-', impossible: '!' } as const;
const TONES: Readonly<Record<PlanRow['action'], Tone | null>> = {
  create: 'good',
  change: null,
  delete: 'warning',
  impossible: 'bad',
};

export function planReport(rows: readonly PlanRow[]): Report<PlanRow> {
  return {
    rows,
    plain: () => (rows.length === 0 ? 'Nothing differs.\n' : rows.map((row) => `${lineOf(row)}\n`).join('')),
    tables: () => [
      tableOf(rows, [
        { heading: 'Action', cell: ({ action }) => action, tone: ({ action }) => TONES[action] },
        { heading: 'Of', cell: (row) => ownerOf(row) },
        { heading: 'Setting', cell: ({ key }) => key },
        { heading: 'Now', cell: ({ before }) => before },
        { heading: 'Wanted', cell: ({ after }) => after },
        {
          heading: 'Problem',
          cell: ({ problem }) => problem,
          tone: ({ problem }) => (problem === null ? null : 'bad'),
        },
      ]),
    ],
    whenEmpty: 'Nothing differs.',
  };
}

const ownerOf = ({ type, name }: PlanRow): string => (name === '' ? 'all brokers' : `${type} ${name}`);

function lineOf(row: PlanRow): string {
  const { action, key, before, after, problem } = row;
  const what = key === null ? (action === 'change' ? '' : `: ${action}`) : `: ${key} ${changeText(row)}`;
  const of = action === 'delete' && before !== null ? ` (${before})` : '';
  const against = problem === null ? '' : `  <- ${problem}`;
  if (action === 'impossible') return `${SIGNS[action]} ${ownerOf(row)}${against}`;
  if (action === 'create' && key !== null) return `${SIGNS[action]} ${ownerOf(row)}: ${key}=${after}${against}`;
  return `${SIGNS[action]} ${ownerOf(row)}${what}${of}${against}`;
}

const changeText = ({ before, after }: PlanRow): string => `${before ?? '(default)'} -> ${after ?? '(default)'}`;
