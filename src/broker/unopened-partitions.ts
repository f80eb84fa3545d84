/**
 * Partitions whose logs are still to be made. Making one takes half a millisecond, so that of thousands only the first
 * are there when whoever asked for them is answered; the others are made while the broker goes on, or when somebody
 * looks for one (as Apache Kafka answers before it has made any).
 */
export class UnopenedPartitions {
  private readonly byTopic = new Map<string, Set<number>>();

  get isEmpty(): boolean {
    return this.byTopic.size === 0;
  }

  add(topic: string, index: number): void {
    const indexes = this.byTopic.get(topic) ?? new Set<number>();
    this.byTopic.set(topic, indexes.add(index));
  }

  /** @returns whether it was among them; it is no longer */
  take(topic: string, index: number): boolean {
    const indexes = this.byTopic.get(topic);
    if (indexes === undefined || !indexes.delete(index)) return false;
    if (indexes.size === 0) this.byTopic.delete(topic);
    return true;
  }

  /** The one that has waited longest, and is no longer among them. */
  takeFirst(): { readonly topic: string; readonly index: number } | null {
    for (const [topic, indexes] of this.byTopic) {
      for (const index of indexes) {
        this.take(topic, index);
        return { topic, index };
      }
    }
    return null;
  }

  forgetTopic(topic: string): void {
    this.byTopic.delete(topic);
  }

  clear(): void {
    this.byTopic.clear();
  }
}
