import type { AclBinding, AclEntry, AclPattern } from '../../../client/admin/acls.js';
import { type Report, tableOf } from '../../format/report.js';

/** What `--list --output json` says of a rule. */
export const ACL_SCHEMA = {
  title: 'kafka-acls --list',
  type: 'object',
  required: ['resourceType', 'name', 'patternType', 'principal', 'host', 'operation', 'permission'],
  additionalProperties: false,
  properties: {
    resourceType: { type: 'string' },
    name: { type: 'string' },
    patternType: { type: 'string' },
    principal: { type: 'string' },
    host: { type: 'string' },
    operation: { type: 'string' },
    permission: { type: 'string' },
  },
} as const;

type AclRow = AclPattern & AclEntry;

export const patternText = ({ resourceType, name, patternType }: AclPattern): string =>
  `ResourcePattern(resourceType=${resourceType}, name=${name}, patternType=${patternType})`;

export const entryText = ({ principal, host, operation, permission }: AclEntry): string =>
  `(principal=${principal}, host=${host}, operation=${operation}, permissionType=${permission})`;

export const bindingText = ({ pattern, entry }: AclBinding): string =>
  `(pattern=${patternText(pattern)}, entry=${entryText(entry)})`;

/** The entries of each resource, in the order in which resources first come. */
export function byPattern(bindings: readonly AclBinding[]): Map<string, AclBinding[]> {
  const groups = new Map<string, AclBinding[]>();
  for (const binding of bindings) {
    const key = patternText(binding.pattern);
    groups.set(key, [...(groups.get(key) ?? []), binding]);
  }
  return groups;
}

/** @param principals whose rules are shown, one principal after the other; everybody's when empty */
export function aclReport(bindings: readonly AclBinding[], principals: readonly string[]): Report<AclRow> {
  const shown =
    principals.length === 0 ? bindings : bindings.filter(({ entry }) => principals.includes(entry.principal));
  const rows = shown.map(({ pattern, entry }) => ({ ...pattern, ...entry }));
  return {
    rows,
    plain: () =>
      principals.length === 0
        ? currentText(bindings)
        : principals
            .map((principal) => {
              const own = bindings.filter(({ entry }) => entry.principal === principal);
              return `ACLs for principal \`${principal}\`\n${currentText(own)}`;
            })
            .join(''),
    tables: () => [
      tableOf(rows, [
        { heading: 'Resource', cell: ({ resourceType }) => resourceType },
        { heading: 'Name', cell: ({ name }) => name },
        { heading: 'Pattern', cell: ({ patternType }) => patternType },
        { heading: 'Principal', cell: ({ principal }) => principal },
        { heading: 'Host', cell: ({ host }) => host },
        { heading: 'Operation', cell: ({ operation }) => operation },
        {
          heading: 'Permission',
          cell: ({ permission }) => permission,
          tone: ({ permission }) => (permission === 'DENY' ? 'warning' : null),
        },
      ]),
    ],
    whenEmpty: 'There are no such rules.',
  };
}

const currentText = (bindings: readonly AclBinding[]): string =>
  [...byPattern(bindings)]
    .map(([pattern, of]) => {
      const lines = of.map(({ entry }) => `\t${entryText(entry)}\n`).join('');
      return `Current ACLs for resource \`${pattern}\`:\n${lines}\n`;
    })
    .join('');
