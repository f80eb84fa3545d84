import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { type GroupListing, listGroups } from '../../../client/admin/groups.js';
import type { Cluster } from '../../../client/cluster.js';
import { type Report, tableOf } from '../../format/report.js';
import { type GroupsOptions, groupsUsageError } from './options.js';
import { columns, widest } from './output.js';
import type { GroupListingRow } from './rows.js';
import { stateTone } from './tones.js';

const STATES = ['Assigning', 'CompletingRebalance', 'Dead', 'Empty', 'PreparingRebalance', 'Reconciling', 'Stable'];
const TYPES = ['Classic', 'Consumer'];
const CONSUMER_PROTOCOL_TYPE = 'consumer';

/** --list. @throws UsageError, KafkaError */
export async function listConsumerGroups(admin: Cluster, options: GroupsOptions): Promise<Report> {
  const types = chosen(options.value('type'), TYPES, 'types', 'types');
  const states = chosen(options.value('state'), STATES, 'state', 'states');
  const found = (await consumerGroups(admin, states, types)).map(listingRow);
  const rows = [...found].sort((a, b) => (a.group < b.group ? -1 : 1));
  return {
    rows,
    plain: () => plainText(found, options.has('type'), options.has('state')),
    tables: () => [
      tableOf<GroupListingRow>(rows, [
        { heading: 'Group', cell: ({ group }) => group },
        { heading: 'Type', cell: ({ type }) => capital(type) },
        { heading: 'State', cell: ({ state }) => state, tone: ({ state }) => stateTone(state) },
      ]),
    ],
    whenEmpty: 'There are no groups.',
  };
}

/** The groups that the options name, or all with --all-groups. @throws KafkaError */
export async function chosenGroups(admin: Cluster, options: GroupsOptions): Promise<string[]> {
  if (!options.has('all-groups')) return [...new Set(options.values('group'))];
  return (await consumerGroups(admin)).map(({ groupId }) => groupId);
}

/** Groups of consumers, and those that only have offsets. @throws KafkaError */
export async function consumerGroups(
  admin: Cluster,
  states: readonly string[] = [],
  types: readonly string[] = [],
): Promise<GroupListing[]> {
  const listed = await listGroups(admin, { states, types, protocolTypes: [CONSUMER_PROTOCOL_TYPE, ''] });
  const [error] = listed.errors;
  if (error !== undefined) throw error;
  const groups = listed.groups.filter(({ type }) => type === '' || type === 'classic' || type === 'consumer');
  return inHashOrder(groups, ({ groupId }) => javaHash(groupId));
}

/** A broker that tells no types has classic groups alone. */
function listingRow({ groupId, type, state }: GroupListing): GroupListingRow {
  return { group: groupId, type: type === 'consumer' ? 'consumer' : 'classic', state };
}

function plainText(rows: readonly GroupListingRow[], hasType: boolean, hasState: boolean): string {
  if (!hasState && !hasType) return rows.map(({ group }) => `${group}\n`).join('');
  const groupWidth = widest(
    15,
    rows.map(({ group }) => group),
  );
  const pick = (group: string, type: string, state: string): string[] => [
    group,
    ...(hasType ? [type] : []),
    ...(hasState ? [state] : []),
  ];
  const lines = [
    pick('GROUP', 'TYPE', 'STATE'),
    ...rows.map(({ group, type, state }) => pick(group, capital(type), state)),
  ];
  return lines.map((cells) => `${columns([groupWidth + 10, 20, 20], cells)}\n`).join('');
}

/** The names that a list separated by commas means, in any case. @throws UsageError */
function chosen(text: string | null, valid: readonly string[], what: string, plural: string): string[] {
  if (text === null || text === '') return [];
  const parts = text.replace(/,+$/, '').split(',');
  if (parts.length === 1 && parts[0] === '') return [];
  return parts.map((part) => {
    const found = valid.find((name) => name.toLowerCase() === part.trim().toLowerCase());
    if (found !== undefined) return found;
    throw groupsUsageError(`Invalid ${what} list '${text}'. Valid ${plural} are: ${valid.join(', ')}`);
  });
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
