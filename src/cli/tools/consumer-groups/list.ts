import { type GroupListing, listGroups } from '../../../client/admin/groups.js';
import type { Cluster } from '../../../client/cluster.js';
import { terminalTable } from '../../format/table.js';
import type { Io } from '../../io.js';
import { type GroupsOptions, groupsUsageError } from './options.js';
import { columns, widest } from './output.js';

const STATES = ['Assigning', 'CompletingRebalance', 'Dead', 'Empty', 'PreparingRebalance', 'Reconciling', 'Stable'];
const TYPES = ['Classic', 'Consumer'];
const CONSUMER_PROTOCOL_TYPE = 'consumer';

/** --list. @throws UsageError, KafkaError */
export async function listConsumerGroups(admin: Cluster, options: GroupsOptions, io: Io): Promise<string> {
  const states = chosen(options.value('state'), STATES, 'state', 'states');
  const types = chosen(options.value('type'), TYPES, 'types', 'types');
  const groups = await consumerGroups(admin, states, types);
  const hasState = options.has('state');
  const hasType = options.has('type');
  const rows = groups.map(({ groupId, type, state }) => [
    groupId,
    ...(hasType ? [capital(type === '' ? 'classic' : type)] : []),
    ...(hasState ? [state] : []),
  ]);
  const headings = ['GROUP', ...(hasType ? ['TYPE'] : []), ...(hasState ? ['STATE'] : [])];
  if (io.stdout.isTerminal)
    return groups.length === 0 ? 'There are no groups.\n' : terminalTable(io.stdout, headings, rows);
  if (!hasState && !hasType) return groups.map(({ groupId }) => `${groupId}\n`).join('');
  const widths = [
    widest(
      25,
      groups.map(({ groupId }) => groupId),
    ),
    20,
    20,
  ];
  return [headings, ...rows].map((cells) => `${columns(widths, cells)}\n`).join('');
}

/** Groups of consumers, and those that only have offsets; in the order of their names. */
export async function consumerGroups(
  admin: Cluster,
  states: readonly string[] = [],
  types: readonly string[] = [],
): Promise<GroupListing[]> {
  const listed = await listGroups(admin, { states, types, protocolTypes: [CONSUMER_PROTOCOL_TYPE, ''] });
  const [error] = listed.errors;
  if (error !== undefined) throw error;
  return [...listed.groups]
    .filter(({ type }) => type === '' || type === 'classic' || type === 'consumer')
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
}

function chosen(text: string | null, valid: readonly string[], what: string, plural: string): string[] {
  if (text === null || text === '') return [];
  return text.split(',').map((part) => {
    const found = valid.find((name) => name.toLowerCase() === part.trim().toLowerCase());
    if (found !== undefined) return found;
    throw groupsUsageError(`Invalid ${what} list '${text}'. Valid ${plural} are: ${valid.join(', ')}`);
  });
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
