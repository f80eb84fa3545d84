interface Part {
  readonly entityType: string;
  readonly entityName: string | null;
}

/** Names a quota in the image: whom it is for, in whatever order that is said, and what it limits. */
export function quotaKey(entity: readonly Part[], key: string): string {
  return JSON.stringify([entity.map((part) => [part.entityType, part.entityName]).sort(), key]);
}
