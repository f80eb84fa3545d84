import type { ClientQuotaRecord } from '../../../protocol/generated/client-quota-record.js';

type Entity = ClientQuotaRecord['entity'];

/** How names begin, in the order in which they stand: by the type of an entity. */
const PARTS: readonly (readonly [type: string, begin: string])[] = [
  ['client-id', 'clientId('],
  ['ip', 'ip('],
  ['user', 'user('],
];

/** `clientId(a)_user(b)`. Default entities have no part, so that nothing is left of some names: as in Kafka. */
export function entityName(entity: Entity): string {
  const parts = PARTS.flatMap(([type, begin]) => {
    const name = entity.find(({ entityType }) => entityType === type)?.entityName;
    return name === undefined || name === null ? [] : [`${begin}${escaped(name)})`];
  });
  return parts.join('_');
}

const escaped = (name: string): string => name.replace(/[\\()]/g, '\\$&');

/** The entity of a name; null where it is no name of one. */
export function entityOf(name: string): Map<string, string> | null {
  const entity = new Map<string, string>();
  for (let at = 0; ; at++) {
    const part = PARTS.find(([, begin]) => name.startsWith(begin, at));
    if (part === undefined) return null;
    const [type, begin] = part;
    const read = readUntilClosed(name, at + begin.length);
    if (read === null) return null;
    entity.set(type, read.text);
    at = read.end;
    if (at >= name.length) return entity;
    if (name[at] !== '_') return null;
  }
}

function readUntilClosed(name: string, from: number): { readonly text: string; readonly end: number } | null {
  let text = '';
  for (let at = from; at < name.length; at++) {
    if (name[at] === ')') return { text, end: at + 1 };
    if (name[at] === '\\') at++;
    text += name[at] ?? '';
  }
  return null;
}

/** Names one entity whatever the order of its parts. */
export function entityKey(parts: Iterable<readonly [type: string, name: string | null]>): string {
  return JSON.stringify([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
