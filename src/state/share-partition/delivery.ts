import { ACQUIRED, ARCHIVED, AVAILABLE, type RecordState, releasedState } from './record-state.js';

/** The member of records that nobody has. */
export const NOBODY = '';
const UNLOCKED = Number.POSITIVE_INFINITY;

/** The state that consecutive records have in common. */
export class Delivery {
  state: RecordState;
  /** How often they were given out, this time included. */
  deliveryCount: number;
  member: string;
  /** When it is taken from the member that has it; Infinity while nobody has. */
  lockedUntilMs: number;
  /** What to go back to when a change cannot be kept. */
  private before: { readonly state: RecordState; readonly member: string; readonly maxDeliveryCount: number } | null =
    null;

  constructor(state: RecordState, deliveryCount: number, member = NOBODY, lockedUntilMs = UNLOCKED) {
    this.state = state;
    this.deliveryCount = deliveryCount;
    this.member = member;
    this.lockedUntilMs = lockedUntilMs;
  }

  /** A change waits for the persister. */
  get isChanging(): boolean {
    return this.before !== null;
  }

  get isAcquirable(): boolean {
    return this.state === AVAILABLE && this.before === null;
  }

  acquire(member: string, lockedUntilMs: number): void {
    this.state = ACQUIRED;
    this.deliveryCount++;
    this.member = member;
    this.lockedUntilMs = lockedUntilMs;
  }

  /** From acquired to `state`, or to archived where it would be available once too often; not for good before `commit`. */
  begin(state: RecordState, maxDeliveryCount: number): void {
    this.before = { state: this.state, member: this.member, maxDeliveryCount };
    this.state = state === AVAILABLE ? releasedState(this.deliveryCount, maxDeliveryCount) : state;
    this.member = NOBODY;
  }

  commit(): void {
    this.before = null;
    this.lockedUntilMs = UNLOCKED;
  }

  /** The member has it again, unless its time was up meanwhile. */
  rollBack(nowMs: number): void {
    const { before } = this;
    this.before = null;
    if (before === null) return;
    if (this.lockedUntilMs <= nowMs) {
      this.free(releasedState(this.deliveryCount, before.maxDeliveryCount));
      return;
    }
    this.state = before.state;
    this.member = before.member;
  }

  /** The member's time is up. */
  expire(state: RecordState, maxDeliveryCount: number): void {
    this.free(state === AVAILABLE ? releasedState(this.deliveryCount, maxDeliveryCount) : state);
  }

  /** For good. */
  archive(): void {
    this.free(ARCHIVED);
  }

  copy(): Delivery {
    return new Delivery(this.state, this.deliveryCount, this.member, this.lockedUntilMs);
  }

  private free(state: RecordState): void {
    this.state = state;
    this.member = NOBODY;
    this.lockedUntilMs = UNLOCKED;
  }
}
