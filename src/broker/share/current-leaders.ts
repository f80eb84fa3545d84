import { type ErrorName, errorCode } from '../../protocol/errors.js';
import type { RequestContext } from '../handler.js';

const MOVED: ReadonlySet<number> = new Set(
  (['NOT_LEADER_OR_FOLLOWER', 'FENCED_LEADER_EPOCH'] satisfies ErrorName[]).map((error) => errorCode(error)),
);

interface Endpoint {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** KIP-951: who leads the partitions that are not led here, so that a client need not ask for metadata. */
export class CurrentLeaders {
  private readonly context: RequestContext;
  private readonly named = new Set<number>();

  constructor(context: RequestContext) {
    this.context = context;
  }

  of(topic: string | null, partition: number, code: number) {
    if (!MOVED.has(code)) return {};
    const state = topic === null ? undefined : this.context.services.metadata.image.partition(topic, partition);
    if (state === undefined) return { currentLeader: { leaderId: -1, leaderEpoch: -1 } };
    this.named.add(state.leader);
    return { currentLeader: { leaderId: state.leader, leaderEpoch: state.leaderEpoch } };
  }

  /** Where those that were named are reached. */
  endpoints(): Endpoint[] {
    if (this.named.size === 0) return [];
    const { services, listener } = this.context;
    const alive = services.metadata.aliveBrokers(listener).filter(({ id }) => this.named.has(id));
    return alive.map(({ id: nodeId, host, port, rack }) => ({ nodeId, host, port, rack }));
  }
}
