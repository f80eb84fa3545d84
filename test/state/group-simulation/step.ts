import type { MigrationPolicy } from '../../../src/state/group/settings.js';

/** What a consumer reads: topics by name, or all that match a pattern. */
export type Subscription = { readonly names: readonly string[] } | { readonly pattern: string };

export interface ProcessPlan {
  /** Of its delays. */
  readonly seed: number;
  readonly protocol: 'classic' | 'consumer';
  readonly subscription: Subscription;
  readonly instanceId: string | null;
  /** Classic: in the order of its wishes. */
  readonly assignors: readonly string[];
  /** KIP-848. */
  readonly remoteAssignor: string | null;
  /** Of JoinGroup. */
  readonly version: number;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  /** How long its application takes to let go of partitions. */
  readonly revokeMs: number;
}

export type Action =
  | { readonly kind: 'start'; readonly process: number; readonly plan: ProcessPlan }
  | { readonly kind: 'close'; readonly process: number }
  | { readonly kind: 'kill'; readonly process: number }
  /** Nothing of the process runs, as in a long collection of garbage. */
  | { readonly kind: 'freeze'; readonly process: number; readonly forMs: number }
  /** The application is busy; its heartbeats go on. */
  | { readonly kind: 'busy'; readonly process: number; readonly forMs: number }
  | { readonly kind: 'lose'; readonly process: number; readonly what: 'requests' | 'replies'; readonly count: number }
  | { readonly kind: 'subscribe'; readonly process: number; readonly subscription: Subscription }
  | { readonly kind: 'commit'; readonly process: number; readonly isStale: boolean }
  /** A program that assigns itself commits under the group's name. */
  | { readonly kind: 'simple-commit'; readonly topic: string }
  | { readonly kind: 'remove'; readonly process: number }
  | { readonly kind: 'delete-group' }
  | { readonly kind: 'create-topic'; readonly topic: string; readonly partitions: number }
  | { readonly kind: 'delete-topic'; readonly topic: string }
  | { readonly kind: 'extend-topic'; readonly topic: string; readonly by: number }
  /** The coordinator dies at its n-th append from now, or at once; what nobody has heard of may be lost, up to `cut` of it. */
  | {
      readonly kind: 'crash';
      readonly atAppend: number;
      readonly keeps: boolean;
      readonly cut: number;
      readonly downMs: number;
    }
  /** Its log takes no records for a while, after so many appends. */
  | { readonly kind: 'refuse'; readonly atAppend: number; readonly count: number };

export type Step = Action & { readonly atMs: number };

export interface HistoryPlan {
  readonly settings: {
    readonly initialRebalanceDelayMs: number;
    readonly maxSize: number;
    readonly retentionMs: number;
    readonly migrationPolicy: MigrationPolicy;
    readonly assignmentIntervalMs: number;
  };
  readonly topics: readonly { readonly name: string; readonly partitions: number }[];
  readonly steps: readonly Step[];
}
