import type { CallId } from '../../../base/machine.js';
import type { JoinGroupRequestProtocol } from '../../../protocol/generated/join-group.js';

/** A member of a classic group. Mutable: all of it is soft state, but for what the group's record keeps. */
export interface ClassicMember {
  memberId: string;
  readonly groupInstanceId: string | null;
  clientId: string;
  clientHost: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocolType: string;
  protocols: readonly JoinGroupRequestProtocol[];
  assignment: Buffer;
  /** A JoinGroup that waits for the rebalance to end. */
  joinCall: CallId | null;
  /** A SyncGroup that waits for the leader's. */
  syncCall: CallId | null;
  /** Has not been in a generation yet. */
  isNew: boolean;
}

/** Metadata for a protocol; empty when the member does not have it. */
export function metadataFor(member: ClassicMember, protocol: string | null): Buffer {
  return member.protocols.find(({ name }) => name === protocol)?.metadata ?? NO_METADATA;
}

/** Whether a member that joins again would change nothing. */
export function sameProtocols(member: ClassicMember, protocols: readonly JoinGroupRequestProtocol[]): boolean {
  return (
    member.protocols.length === protocols.length &&
    member.protocols.every(({ name, metadata }, index) => {
      const other = protocols[index] as JoinGroupRequestProtocol;
      return other.name === name && other.metadata.equals(metadata);
    })
  );
}

const NO_METADATA = Buffer.alloc(0);
