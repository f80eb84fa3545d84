import { javaDoubleText } from '../../../base/java-number-text.js';
import type { EntityQuotas } from '../../../client/admin/client-quotas.js';
import { describeScramCredentials, type UserScramCredentials } from '../../../client/admin/scram-credentials.js';
import type { Cluster } from '../../../client/cluster.js';
import { KafkaError } from '../../../protocol/errors.js';
import { javaText } from '../../format/java-error.js';
import type { OutputFormat } from '../../format/output-format.js';
import { type Report, type Table, tableOf, writeReport } from '../../format/report.js';
import type { Io } from '../../io.js';
import type { Entities } from './entities.js';
import { called } from './failure.js';
import { entityText, quotasOf } from './quotas.js';

/** Shows the quotas of users, clients and addresses, and the credentials of users. */
export async function describeClients(admin: Cluster, entities: Entities, format: OutputFormat, io: Io): Promise<void> {
  const quotas = await quotasOf(admin, entities, io);
  if (format === 'plain') io.stdout.write(quotas.map((of) => `${quotaLine(of)}\n`).join(''));
  const hasScram =
    !entities.types.includes('clients') && !entities.types.includes('ips') && !entities.names.includes('');
  const users = hasScram ? await credentialsOf(admin, entities.names, io) : [];
  if (format === 'plain') io.stdout.write(users.map((user) => `${scramLine(user)}\n`).join(''));
  else await writeReport(reportOf(quotas, users, entities), format, io);
}

const credentialsOf = (admin: Cluster, users: readonly string[], io: Io): Promise<UserScramCredentials[]> =>
  called('describeUserScramCredentials', io, describeScramCredentials(admin, users));

function quotaLine({ entity, quotas }: EntityQuotas): string {
  const values = [...quotas].map(([name, value]) => `${name}=${javaDoubleText(value)}`).join(', ');
  return `Quota configs for ${entityText(entity)} are ${values}`;
}

function scramLine({ user, credentials }: UserScramCredentials): string {
  if (credentials instanceof KafkaError) {
    return `Error retrieving SCRAM credential configs for user-principal '${user}': ExecutionException: ${javaText(credentials)}`;
  }
  const texts = credentials.map(({ mechanism, iterations }) => `${mechanism}=iterations=${iterations}`).join(', ');
  return `SCRAM credential configs for user-principal '${user}' are ${texts}`;
}

function reportOf(
  quotas: readonly EntityQuotas[],
  users: readonly UserScramCredentials[],
  { types }: Entities,
): Report {
  return {
    rows: [
      ...quotas.map((of) => ({
        kind: 'quota',
        entity: Object.fromEntries(of.entity),
        quotas: Object.fromEntries(of.quotas),
      })),
      ...users.map(({ user, credentials }) => ({
        kind: 'scram',
        user,
        credentials: credentials instanceof KafkaError ? [] : credentials,
        error: credentials instanceof KafkaError ? credentials.message : null,
      })),
    ],
    plain: () => '',
    tables: () => [...quotaTables(quotas), ...scramTables(users)],
    whenEmpty: `There are no quotas${types.includes('users') && types.length === 1 ? ' and no SCRAM credentials' : ''} of such ${types.join(' and ')}.`,
  };
}

function quotaTables(quotas: readonly EntityQuotas[]): Table[] {
  if (quotas.length === 0) return [];
  const has = (type: 'user' | 'client-id' | 'ip'): boolean => quotas.some(({ entity }) => entity.has(type));
  const nameOf =
    (type: 'user' | 'client-id' | 'ip') =>
    ({ entity }: EntityQuotas) =>
      entity.has(type) ? (entity.get(type) ?? '(default)') : null;
  const names = [...new Set(quotas.flatMap((of) => [...of.quotas.keys()]))].sort();
  const columns = [
    ...(has('user') ? [{ heading: 'User', cell: nameOf('user') }] : []),
    ...(has('client-id') ? [{ heading: 'Client', cell: nameOf('client-id') }] : []),
    ...(has('ip') ? [{ heading: 'IP', cell: nameOf('ip') }] : []),
    ...names.map((name) => ({ heading: name, cell: (of: EntityQuotas) => of.quotas.get(name) ?? null })),
  ];
  return [tableOf(quotas, columns, 'Quotas')];
}

interface ScramLine {
  readonly user: string;
  readonly mechanism: string;
  readonly iterations: number | null;
}

function scramTables(users: readonly UserScramCredentials[]): Table[] {
  if (users.length === 0) return [];
  const rows = users.flatMap(({ user, credentials }): ScramLine[] => {
    if (credentials instanceof KafkaError) return [{ user, mechanism: credentials.message, iterations: null }];
    return credentials.map(({ mechanism, iterations }) => ({ user, mechanism, iterations }));
  });
  const columns = [
    { heading: 'User', cell: ({ user }: ScramLine) => user },
    { heading: 'Mechanism', cell: ({ mechanism }: ScramLine) => mechanism },
    { heading: 'Iterations', cell: ({ iterations }: ScramLine) => iterations },
  ];
  return [tableOf(rows, columns, 'SCRAM credentials')];
}
