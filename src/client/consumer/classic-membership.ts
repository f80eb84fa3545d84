/** The state of a member of a classic group, without I/O: what each answer of the coordinator means for it. */
import { KafkaError } from '../../protocol/errors.js';

export type NextStep =
  /** Send the same again at once. */
  | 'again'
  /** Send the same again after a while. */
  | 'later'
  /** The coordinator moved: find it, then send the same. */
  | 'find'
  /** Join anew. */
  | 'rejoin'
  | 'fail';

const NO_GENERATION = -1;

export class ClassicMembership {
  memberId = '';
  generation = NO_GENERATION;
  protocol: string | null = null;
  /** Whether the group went on without this member, so that its partitions may be others' by now. */
  isLost = false;

  joined(memberId: string, generation: number, protocol: string | null): void {
    this.memberId = memberId;
    this.generation = generation;
    this.protocol = protocol;
  }

  onJoinError(error: unknown, givenMemberId: string): NextStep {
    if (!(error instanceof KafkaError)) return 'find';
    switch (error.error) {
      case 'MEMBER_ID_REQUIRED':
        this.memberId = givenMemberId;
        this.generation = NO_GENERATION;
        return 'again';
      case 'UNKNOWN_MEMBER_ID':
        this.reset(true);
        return 'again';
      case 'ILLEGAL_GENERATION':
        this.reset(false);
        return 'again';
      case 'REBALANCE_IN_PROGRESS':
      case 'COORDINATOR_LOAD_IN_PROGRESS':
        return 'later';
      default:
        return isCoordinatorAway(error) ? 'find' : 'fail';
    }
  }

  onSyncError(error: unknown): NextStep {
    if (!(error instanceof KafkaError)) return 'rejoin';
    switch (error.error) {
      case 'REBALANCE_IN_PROGRESS':
        return 'rejoin';
      case 'UNKNOWN_MEMBER_ID':
        this.reset(true);
        return 'rejoin';
      case 'ILLEGAL_GENERATION':
        this.reset(false);
        return 'rejoin';
      case 'COORDINATOR_LOAD_IN_PROGRESS':
        return 'rejoin';
      default:
        return isCoordinatorAway(error) ? 'rejoin' : 'fail';
    }
  }

  /** Of heartbeats, and of commits, which say the same. */
  onHeartbeatError(error: unknown): NextStep {
    if (!(error instanceof KafkaError)) return 'find';
    switch (error.error) {
      case 'REBALANCE_IN_PROGRESS':
        return 'rejoin';
      case 'UNKNOWN_MEMBER_ID':
        this.reset(true);
        this.isLost = true;
        return 'rejoin';
      case 'ILLEGAL_GENERATION':
        this.reset(false);
        this.isLost = true;
        return 'rejoin';
      case 'COORDINATOR_LOAD_IN_PROGRESS':
        return 'later';
      default:
        return isCoordinatorAway(error) ? 'find' : 'fail';
    }
  }

  /** Left by its own will, as when the application does not poll any more. */
  left(): void {
    this.reset(true);
    this.isLost = true;
  }

  private reset(andMemberId: boolean): void {
    if (andMemberId) this.memberId = '';
    this.generation = NO_GENERATION;
    this.protocol = null;
  }
}

function isCoordinatorAway({ error }: KafkaError): boolean {
  return (
    error === 'NOT_COORDINATOR' ||
    error === 'COORDINATOR_NOT_AVAILABLE' ||
    error === 'REQUEST_TIMED_OUT' ||
    error === 'BROKER_NOT_AVAILABLE'
  );
}
