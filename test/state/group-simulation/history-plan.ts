import type { MigrationPolicy } from '../../../src/state/group/settings.js';
import { SeededRandom } from '../../support/seeded-random.js';
import type { Action, HistoryPlan, ProcessPlan, Step, Subscription } from './step.js';

/** Mostly the one that Kafka has when nobody says anything. */
const POLICIES: readonly MigrationPolicy[] = [
  'bidirectional',
  'bidirectional',
  'bidirectional',
  'upgrade',
  'downgrade',
  'disabled',
];
const TOPICS = ['apples', 'pears', 'plums'];
/** Each has an assignor that all of its members know. */
const FAMILIES: readonly (readonly (readonly string[])[])[] = [
  [['range']],
  [['roundrobin']],
  [['sticky']],
  [['cooperative-sticky']],
  [['cooperative-sticky']],
  [['range'], ['cooperative-sticky', 'range']],
  [['cooperative-sticky'], ['cooperative-sticky', 'range']],
  [['sticky', 'roundrobin'], ['roundrobin', 'sticky'], ['sticky']],
];

/** How a history of the seed goes; all chance is in here, so that steps can be left out and the rest stays as it was. */
export function planOf(seed: number, steps: number): HistoryPlan {
  const random = new SeededRandom(seed * 2_654_435_761);
  const author = new Author(random);
  return {
    settings: {
      initialRebalanceDelayMs: random.below(2) * 3000,
      maxSize: random.below(8) === 0 ? 2 : 100,
      retentionMs: random.below(6) === 0 ? 20_000 : 86_400_000,
      migrationPolicy: POLICIES[random.below(POLICIES.length)] as MigrationPolicy,
      assignmentIntervalMs: random.below(3) * 1500,
    },
    topics: TOPICS.slice(0, 1 + random.below(2)).map((name) => ({ name, partitions: 1 + random.below(4) })),
    steps: author.write(2 + random.below(steps)),
  };
}

class Author {
  private readonly random: SeededRandom;
  private readonly protocols: readonly ProcessPlan['protocol'][];
  private readonly family: readonly (readonly string[])[];
  private readonly hasStatics: boolean;
  private readonly assignorsOf = new Map<string, readonly string[]>();
  private started = 0;
  private nowMs = 0;

  constructor(random: SeededRandom) {
    this.random = random;
    const kind = random.below(10);
    this.protocols = kind < 3 ? ['classic'] : kind < 6 ? ['consumer'] : ['classic', 'consumer'];
    this.family = this.one(FAMILIES);
    this.hasStatics = random.below(2) === 0;
  }

  write(count: number): Step[] {
    return Array.from({ length: count }, () => {
      this.nowMs += this.random.below(3) === 0 ? this.random.below(20_000) : this.random.below(1500);
      return { atMs: 10 * Math.floor(this.nowMs / 10), ...this.action() };
    });
  }

  private one<T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)] as T;
  }

  private action(): Action {
    const { random } = this;
    if (this.started < 2 || (this.started < 8 && random.below(4) === 0)) {
      return { kind: 'start', process: this.started++, plan: this.process() };
    }
    const process = random.below(this.started);
    const topic = this.one(TOPICS);
    switch (random.below(22)) {
      case 0:
      case 1:
        return { kind: 'close', process };
      case 2:
      case 3:
        return { kind: 'kill', process };
      case 4:
        return { kind: 'freeze', process, forMs: this.spell() };
      case 5:
        return { kind: 'busy', process, forMs: this.spell() };
      case 6:
        return { kind: 'lose', process, what: 'requests', count: 1 + random.below(3) };
      case 7:
        return { kind: 'lose', process, what: 'replies', count: 1 + random.below(3) };
      case 8:
        return { kind: 'subscribe', process, subscription: this.subscription() };
      case 9:
      case 10:
      case 11:
        return { kind: 'commit', process, isStale: random.below(3) === 0 };
      case 12:
        return random.below(3) === 0 ? { kind: 'simple-commit', topic } : { kind: 'remove', process };
      case 13:
        return random.below(3) === 0 ? { kind: 'delete-group' } : { kind: 'commit', process, isStale: false };
      case 14:
        return { kind: 'create-topic', topic, partitions: 1 + random.below(4) };
      case 15:
        return { kind: 'delete-topic', topic };
      case 16:
        return { kind: 'extend-topic', topic, by: 1 + random.below(3) };
      case 17:
      case 18:
      case 19:
        return {
          kind: 'crash',
          atAppend: random.below(4),
          keeps: random.below(2) === 0,
          cut: random.fraction(),
          downMs: random.below(2) === 0 ? random.below(300) : random.below(15_000),
        };
      default:
        return { kind: 'refuse', atAppend: random.below(4), count: 1 + random.below(2) };
    }
  }

  /** Often just too long for somebody's timeout. */
  private spell(): number {
    return this.random.below(2) === 0 ? this.random.below(4000) : this.random.below(40_000);
  }

  private subscription(): Subscription {
    if (this.random.below(4) === 0) return { pattern: this.one(['p.*', 'apples|plums', '.*s']) };
    const names = TOPICS.filter(() => this.random.below(2) === 0);
    return { names: names.length > 0 ? names : [this.one(TOPICS)] };
  }

  private process(): ProcessPlan {
    const { random } = this;
    const isStatic = this.hasStatics && random.below(2) === 0;
    const instanceId = isStatic ? this.one(['anna', 'bert']) : null;
    const assignors = (instanceId === null ? undefined : this.assignorsOf.get(instanceId)) ?? this.one(this.family);
    if (instanceId !== null) this.assignorsOf.set(instanceId, assignors);
    return {
      seed: random.below(1_000_000),
      protocol: this.one(this.protocols),
      subscription: random.below(2) === 0 ? { names: TOPICS.slice(0, 1) } : this.subscription(),
      instanceId,
      assignors,
      remoteAssignor: this.one([null, 'uniform', 'range']),
      version: isStatic ? 9 : this.one([9, 9, 7, 3]),
      sessionMs: this.one([6000, 10_000]),
      rebalanceMs: this.one([8000, 20_000]),
      revokeMs: this.one([0, 0, 50, 1500, 12_000]),
    };
  }
}
