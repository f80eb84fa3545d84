/**
 * A heap that moves its items about as Java's PriorityQueue does. Which of several equal items comes first depends on
 * these moves, and with it who gets a task.
 */
export class JavaPriorityQueue<T> {
  private readonly items: T[] = [];
  private readonly compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number, items: Iterable<T> = []) {
    this.compare = compare;
    for (const item of items) this.add(item);
  }

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  add(item: T): void {
    let at = this.items.length;
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = this.items[parentAt] as T;
      if (this.compare(item, parent) >= 0) break;
      this.items[at] = parent;
      at = parentAt;
    }
    this.items[at] = item;
  }

  poll(): T | undefined {
    const [first] = this.items;
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) this.siftDown(last);
    return first;
  }

  private siftDown(item: T): void {
    const { items } = this;
    const half = items.length >>> 1;
    let at = 0;
    while (at < half) {
      let childAt = 2 * at + 1;
      const isRightLess = childAt + 1 < items.length && this.compare(items[childAt] as T, items[childAt + 1] as T) > 0;
      if (isRightLess) childAt += 1;
      const child = items[childAt] as T;
      if (this.compare(item, child) <= 0) break;
      items[at] = child;
      at = childAt;
    }
    items[at] = item;
  }
}
