/** What all generated readers and writers share. */
import type { Writer } from '../base/writer.js';

/** A tagged field that the reader does not know, kept as it came. */
export interface UnknownTag {
  readonly tag: number;
  readonly data: Buffer;
}

/**
 * A message to be written: any field may be left out and then has its schema's default. Read messages, where every
 * field is there, fit as they are.
 */
export type Init<T> = T extends string | number | bigint | boolean | null | undefined | Buffer | UnknownTag
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Init<Element>[]
    : { readonly [Key in keyof T]?: Init<T[Key]> };

export const NO_BYTES: Buffer = Buffer.alloc(0);
export const NO_FIELDS: Readonly<Record<string, never>> = Object.freeze({});

/** A value that the chosen version of a message has no room for. */
export class UnwritableFieldError extends Error {
  override readonly name = 'UnwritableFieldError';
}

export function unwritable(field: string, version: number): UnwritableFieldError {
  return new UnwritableFieldError(`Attempted to write a non-default ${field} at version ${version}`);
}

export function keepTag(tags: UnknownTag[] | undefined, tag: number, data: Buffer): UnknownTag[] {
  const kept = tags ?? [];
  kept.push({ tag, data });
  return kept;
}

/** The tag section at a struct's end: known and unknown ones together, in rising order of tags. */
export function writeTags(
  writer: Writer,
  unknown: readonly UnknownTag[] | undefined,
  known?: readonly UnknownTag[] | undefined,
): void {
  if (unknown === undefined || unknown.length === 0) {
    if (known === undefined) writer.uvarint(0);
    else writeSorted(writer, known);
    return;
  }
  writeSorted(
    writer,
    [...(known ?? []), ...unknown].sort((a, b) => a.tag - b.tag),
  );
}

function writeSorted(writer: Writer, tags: readonly UnknownTag[]): void {
  writer.uvarint(tags.length);
  for (const { tag, data } of tags) {
    writer.uvarint(tag);
    writer.uvarint(data.length);
    writer.raw(data);
  }
}
