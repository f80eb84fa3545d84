/** A node of the tree that the shell shows: a directory with named children, or a leaf with a text. */
export type MetadataNode = DirectoryNode | LeafNode;

export interface DirectoryNode {
  readonly kind: 'directory';
  /** In no order. */
  names(): readonly string[];
  child(name: string): MetadataNode | null;
}

export interface LeafNode {
  readonly kind: 'leaf';
  readonly text: string;
}

export const leaf = (text: string): LeafNode => ({ kind: 'leaf', text });

/** A directory whose children are known by their names, and made when they are asked for. */
export function directory(children: Readonly<Record<string, () => MetadataNode>>): DirectoryNode {
  return {
    kind: 'directory',
    names: () => Object.keys(children),
    child: (name) => (Object.hasOwn(children, name) ? (children[name] as () => MetadataNode)() : null),
  };
}

/** A directory of the entries of a map, whose keys are its names. */
export function directoryOf<Value>(
  entries: ReadonlyMap<string, Value>,
  nodeOf: (value: Value, name: string) => MetadataNode,
): DirectoryNode {
  return {
    kind: 'directory',
    names: () => [...entries.keys()],
    child: (name) => {
      const value = entries.get(name);
      return value === undefined ? null : nodeOf(value, name);
    },
  };
}

export const sortedNames = (node: DirectoryNode): string[] => [...node.names()].sort();
