import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import * as acls from '../../../src/cli/tools/acls.js';
import { tcpNetwork } from '../../../src/host/tcp-network.js';
import { ACL_OPERATIONS, ACL_PATTERN_TYPES, ACL_RESOURCE_TYPES, aclName } from '../../../src/protocol/acl-codes.js';
import { type AclCreation, createAclsApi } from '../../../src/protocol/generated/create-acls.js';
import { deleteAclsApi } from '../../../src/protocol/generated/delete-acls.js';
import { describeAclsApi } from '../../../src/protocol/generated/describe-acls.js';
import { describeClusterApi } from '../../../src/protocol/generated/describe-cluster.js';
import { FakeBroker } from '../../support/fake-broker.js';
import type { TestIo } from '../test-io.js';
import { type Outcome, onTerminal, rowsOf, runTool } from './run-tool.js';

const ANY = 1;
const isRow = new Ajv().compile(acls.ACL_SCHEMA);
/** `TOPIC:orders:LITERAL User:alice READ` */
const shortly = (rule: AclCreation): string =>
  `${aclName(ACL_RESOURCE_TYPES, rule.resourceType)}:${rule.resourceName}:${aclName(ACL_PATTERN_TYPES, rule.resourcePatternType)} ` +
  `${rule.permissionType === 2 ? 'not ' : ''}${rule.principal}${rule.host === '*' ? '' : `@${rule.host}`} ${aclName(ACL_OPERATIONS, rule.operation)}`;

describe('kafka-acls', () => {
  const broker = new FakeBroker(tcpNetwork);
  let rules: AclCreation[] = [];
  const fits = (wanted: number, is: number): boolean => wanted === ANY || wanted === is;
  const run = (words: string, io?: TestIo): Promise<Outcome> =>
    runTool(acls, ['--bootstrap-server', `localhost:${broker.port}`, ...words.split(' ')], io);

  before(async () => {
    await broker.start();
    broker.on(describeClusterApi, () => ({
      clusterId: 'fake',
      controllerId: 1,
      brokers: [{ brokerId: 1, host: 'localhost', port: broker.port }],
    }));
    broker.on(describeAclsApi, ({ request }) => ({
      resources: rules
        .filter(
          ({ resourceType, resourceName, resourcePatternType }) =>
            fits(request.resourceTypeFilter, resourceType) &&
            fits(request.patternTypeFilter, resourcePatternType) &&
            (request.resourceNameFilter ?? resourceName) === resourceName,
        )
        .map(({ resourceType, resourceName, resourcePatternType: patternType, ...acl }) => {
          return { resourceType, resourceName, patternType, acls: [acl] };
        }),
    }));
    broker.on(createAclsApi, ({ request }) => {
      rules.push(...request.creations);
      return { results: request.creations.map(() => ({ errorMessage: null })) };
    });
    broker.on(deleteAclsApi, ({ request }) => {
      for (const { resourceTypeFilter, resourceNameFilter, principalFilter, operation } of request.filters) {
        rules = rules.filter(
          (rule) =>
            !fits(resourceTypeFilter, rule.resourceType) ||
            !fits(operation, rule.operation) ||
            (resourceNameFilter ?? rule.resourceName) !== rule.resourceName ||
            (principalFilter ?? rule.principal) !== rule.principal,
        );
      }
      return { filterResults: request.filters.map(() => ({ errorMessage: null, matchingAcls: [] })) };
    });
  });
  beforeEach(() => {
    rules = [];
  });
  after(() => broker.stop());

  it('adds a rule for each principal, host and operation, and tells of those that are there', async () => {
    const words =
      '--add --topic orders --allow-principal User:a --deny-principal User:b --deny-host h --operation Read';
    const first = await run(words);
    assert.deepEqual(rules.map(shortly), [
      'TOPIC:orders:LITERAL User:a READ',
      'TOPIC:orders:LITERAL not User:b@h READ',
    ]);
    const pattern = 'ResourcePattern(resourceType=TOPIC, name=orders, patternType=LITERAL)';
    const entry = '(principal=User:a, host=*, operation=READ, permissionType=ALLOW)';
    assert.equal(
      first.out,
      `Adding ACLs for resource \`${pattern}\`: \n \t${entry}\n` +
        '\t(principal=User:b, host=h, operation=READ, permissionType=DENY)\n\n',
    );
    const again = await run('--add --topic orders --allow-principal User:a --operation Read --operation Write');
    assert.deepEqual(again.out.split('\n').slice(0, 3), [
      `Acl (pattern=${pattern}, entry=${entry}) already exists.`,
      `Adding ACLs for resource \`${pattern}\`: `,
      ' \t(principal=User:a, host=*, operation=WRITE, permissionType=ALLOW)',
    ]);
    assert.equal(rules.length, 3);
  });

  it('knows what producers and consumers need', async () => {
    await run('--add --producer --idempotent --topic t --transactional-id x --allow-principal User:p');
    assert.deepEqual(rules.map(shortly).sort(), [
      'CLUSTER:kafka-cluster:LITERAL User:p IDEMPOTENT_WRITE',
      'TOPIC:t:LITERAL User:p CREATE',
      'TOPIC:t:LITERAL User:p DESCRIBE',
      'TOPIC:t:LITERAL User:p WRITE',
      'TRANSACTIONAL_ID:x:LITERAL User:p DESCRIBE',
      'TRANSACTIONAL_ID:x:LITERAL User:p WRITE',
    ]);
    rules = [];
    await run('--add --consumer --topic t --group g --allow-principal User:c --resource-pattern-type prefixed');
    assert.deepEqual(rules.map(shortly).sort(), [
      'GROUP:g:PREFIXED User:c READ',
      'TOPIC:t:PREFIXED User:c DESCRIBE',
      'TOPIC:t:PREFIXED User:c READ',
    ]);
  });

  it('takes away what it is told to, after a yes of whoever is there', async () => {
    await run('--add --topic a --topic b --allow-principal User:a --operation Read --operation Write');
    await run('--remove --force --topic a --allow-principal User:a --operation Read');
    assert.deepEqual(rules.map(shortly), [
      'TOPIC:a:LITERAL User:a WRITE',
      'TOPIC:b:LITERAL User:a READ',
      'TOPIC:b:LITERAL User:a WRITE',
    ]);
    const nobody = await run('--remove --topic b');
    assert.equal(nobody.status, 1);
    assert.match(
      nobody.out,
      /^Are you sure you want to delete all ACLs for .*name=b.*\? \(y\/n\)\nError while executing/,
    );
    assert.equal(rules.length, 3);
    const answering = (text: string): TestIo => {
      const io = onTerminal();
      async function* typed(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(text);
      }
      return Object.assign(io, { stdin: Object.assign(typed(), { isTerminal: true }) });
    };
    await run('--remove --topic b', answering('n\n'));
    assert.equal(rules.length, 3);
    await run('--remove --topic b', answering('Y\n'));
    assert.deepEqual(rules.map(shortly), ['TOPIC:a:LITERAL User:a WRITE']);
  });

  it('lists rules as rows for programs, and by principal', async () => {
    await run('--add --topic a --cluster --allow-principal User:a --allow-principal User:b --operation Describe');
    const rows = rowsOf(await run('--list --output ndjson --principal User:b'));
    assert.equal(rows.length, 2);
    for (const row of rows) assert.ok(isRow(row), JSON.stringify(isRow.errors));
    const { out } = await run('--list --topic a --principal User:b');
    assert.equal(
      out,
      'ACLs for principal `User:b`\n' +
        'Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=a, patternType=LITERAL)`:\n' +
        '\t(principal=User:b, host=*, operation=DESCRIBE, permissionType=ALLOW)\n\n',
    );
  });
});
