import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { Io } from '../../io.js';
import { readProperties } from '../../load-properties.js';
import { illegalArgument } from '../../tool-error.js';
import type { ConfigsOptions } from './options.js';
import { inScalaOrder } from './scala-order.js';

/** What `--alter` is told to do, each in the order in which Kafka's tool sends it. */
export interface Changes {
  readonly added: ReadonlyMap<string, string>;
  readonly deleted: readonly string[];
}

/** @throws ToolError */
export function changesOf(options: ConfigsOptions, io: Io): Changes {
  const path = options.value('add-config-file');
  const text = options.value('add-config');
  const given = path !== null ? readProperties(io, path) : text !== null ? parseAdded(text) : new Map<string, string>();
  const keys = inHashOrder([...given.keys()], javaHash);
  const bad = keys.find((key) => !/^[$a-zA-Z0-9._-]*$/.test(key));
  if (bad !== undefined) throw illegalArgument(`Invalid character found for config key: ${bad}`);
  const added = new Map(inScalaOrder(keys).map((key) => [key, given.get(key) as string]));
  return { added, deleted: options.values('delete-config').flatMap(wordsOf).map(trimmed) };
}

/** What stands in square brackets is one value, whatever commas and equals signs it has. */
const OUTSIDE_BRACKETS = '(?=[^\\]]*(?:\\[|$))';
const COMMA = new RegExp(`,${OUTSIDE_BRACKETS}`);
const EQUALS = new RegExp(`[ \\t\\n\\v\\f\\r]*=[ \\t\\n\\v\\f\\r]*${OUTSIDE_BRACKETS}`);

/** Reads `k1=v1,k2=[v1,v2]`. @throws ToolError */
export function parseAdded(text: string): Map<string, string> {
  const parts = text.split(COMMA);
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const added = new Map<string, string>();
  for (const pair of parts.map((part) => part.split(EQUALS))) {
    const [key, value] = pair;
    if (pair.length !== 2 || key === undefined || value === undefined) {
      throw illegalArgument(
        'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val" or  "key=[val1,val2]" to group values which contain commas.',
      );
    }
    added.set(trimmed(key), trimmed(value.replace(/[[\]]/g, '')));
  }
  return added;
}

/** As Java's StringTokenizer cuts it: nothing between two commas is no word, and nothing at all is an empty one. */
function wordsOf(list: string): string[] {
  const words = list.split(',').filter((word) => word !== '');
  return words.length === 0 ? [list] : words;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: String.trim of Java takes them for blanks
const trimmed = (text: string): string => text.replace(/^[\u0000- ]+|[\u0000- ]+$/g, '');
