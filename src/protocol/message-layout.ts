/** Messages as tables of their fields, in the order of their schemas. The tables are generated. */

/** The lowest and the highest version, both included. */
export type VersionRange = readonly [lowest: number, highest: number];

export type PrimitiveType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float64'
  | 'string'
  | 'bytes'
  | 'uuid';

export interface FieldLayout {
  readonly key: string;
  /** A struct's fields, or a primitive type. */
  readonly type: PrimitiveType | readonly FieldLayout[];
  readonly isArray?: true;
  readonly versions: VersionRange;
  readonly nullable?: VersionRange;
  /** Where the field stands in the section of tags, under `tag`. */
  readonly tagged?: VersionRange;
  readonly tag?: number;
  /** As the schema writes it; without it 0, false, nothing. */
  readonly default?: string;
}

export interface MessageLayout {
  readonly versions: VersionRange;
  /** With compact lengths and tags. */
  readonly flexible?: VersionRange;
  readonly fields: readonly FieldLayout[];
}

/** By record type, the number that a key begins with. */
export type CoordinatorRecordLayouts = Readonly<
  Record<number, { readonly name: string; readonly key: MessageLayout; readonly value: MessageLayout }>
>;

export function isWithin(range: VersionRange | undefined, version: number): boolean {
  return range !== undefined && version >= range[0] && version <= range[1];
}
